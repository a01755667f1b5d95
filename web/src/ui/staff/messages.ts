import type { View } from '../../wire.gen'

/** The id of what unfolds the messages. */
export const messagesTitle = 'messages-title'

/** How many words of members no one of staff has said to have read. */
export function unread(view: View): number {
  return view.messages.filter(({ back, seenBy }) => !back && !seenBy).length
}
