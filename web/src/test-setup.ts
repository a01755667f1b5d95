/** Component tests wait for what they expect as long as a busy machine needs, not for the second that the library gives. */
import { configure } from '@testing-library/svelte'

configure({ asyncUtilTimeout: 40_000 })
