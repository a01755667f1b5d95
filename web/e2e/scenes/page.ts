/** One screen at a time, in a real browser and without a server: show(scene, language) puts it on the page. */
import { mount, tick, unmount } from 'svelte'
import { loadLanguage } from '../../src/i18n/i18n.svelte'
import '../../src/styles/base.css'
import Visit from '../../src/ui/Visit.svelte'
import { sampleSession } from '../../src/ui/room/sample'
import { scenes, type Scene } from './scenes'

let shown: Record<string, unknown> | undefined

async function show(name: Scene, language: 'nl' | 'en'): Promise<void> {
  await loadLanguage(language)
  if (shown) await unmount(shown)
  const state = scenes[name]()
  const subscribe = (run: (s: typeof state) => void) => {
    run(state)
    return () => undefined
  }
  const session = { ...sampleSession(state), subscribe }
  shown = mount(Visit, { target: document.getElementById('app')!, props: { session } })
  await tick()
}

Object.assign(window, { show, scenes: Object.keys(scenes) })
