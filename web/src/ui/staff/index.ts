/** What only staff use, in a chunk of its own: members never load it. */
export { default as AtDoor } from './AtDoor.svelte'
export { default as Did } from './Did.svelte'
export { default as DistressInbox } from './DistressInbox.svelte'
export { default as EndSpotlight } from './EndSpotlight.svelte'
export { default as FacilitationBar } from './FacilitationBar.svelte'
export { default as PersonMenu } from './PersonMenu.svelte'
export { default as StaffPanel } from './StaffPanel.svelte'
export { default as WaitingJump } from './WaitingJump.svelte'
