/** The time boxes that staff choose from, in seconds; 0 is none. */
export const timeBoxes = [0, 60, 90, 120, 180, 300, 600]
