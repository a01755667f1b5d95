/** Pictures for people who are not there: a head and shoulders before a wall, in colours of their own. */
const walls = ['#8aa399', '#a39a8a', '#8a93a3', '#a38a97', '#93a38a', '#8a9fa3', '#a3948a', '#978aa3']

export function face(number: number): MediaStream {
  const canvas = document.createElement('canvas')
  canvas.width = 640
  canvas.height = 360
  draw(canvas.getContext('2d')!, number)
  // A picture that never changes sends nothing to who comes to look at it later.
  setInterval(() => draw(canvas.getContext('2d')!, number), 100)
  return canvas.captureStream()
}

function draw(pen: CanvasRenderingContext2D, number: number): void {
  pen.fillStyle = walls[number % walls.length]!
  pen.fillRect(0, 0, 640, 360)
  pen.fillStyle = `hsl(${(number * 47) % 360} 25% 30%)`
  pen.beginPath()
  pen.ellipse(320, 380, 170, 150, 0, 0, 2 * Math.PI)
  pen.fill()
  pen.fillStyle = `hsl(25 35% ${45 + ((number * 11) % 30)}%)`
  pen.beginPath()
  pen.ellipse(320, 165, 75, 95, 0, 0, 2 * Math.PI)
  pen.fill()
}
