import { expect, test, vi } from 'vitest'
import { watchSizes } from './sizes'

type Notify = (entries: object[]) => void

/** The browser's two observers, which tell what the test says. */
function observers() {
  const told: Record<string, Notify> = {}
  for (const name of ['ResizeObserver', 'IntersectionObserver']) {
    vi.stubGlobal(
      name,
      class {
        constructor(notify: Notify) {
          told[name] = notify
        }
        observe() {}
        unobserve() {}
        disconnect() {}
      },
    )
  }
  return (target: Element, height: number, isIntersecting: boolean) => {
    told['ResizeObserver']!([{ target, contentRect: { height } }])
    told['IntersectionObserver']!([{ target, isIntersecting }])
  }
}

test('tells how tall a picture is, and that one out of sight is not wanted', () => {
  const tell = observers()
  const want = vi.fn()
  const element = document.createElement('div')
  watchSizes(want).of('ben')(element)
  tell(element, 200, true)
  expect(want).toHaveBeenLastCalledWith('ben', 200)
  tell(element, 200, false)
  expect(want).toHaveBeenLastCalledWith('ben', 0)
})

// The server would send nothing of someone who comes back into the circle until the page asked for them again.
test('somebody who leaves the circle stays wanted', () => {
  const tell = observers()
  const want = vi.fn()
  const element = document.createElement('div')
  const leave = watchSizes(want).of('ben')(element)
  tell(element, 200, true)
  if (leave) leave()
  expect(want).toHaveBeenLastCalledWith('ben', 200)
})
