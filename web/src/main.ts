import { mount } from 'svelte'
import App from './App.svelte'
import { loadLanguage, preferredLanguage } from './i18n/i18n.svelte'
import { reloadOnNewLink } from './secret'
import './styles/base.css'

const target = document.getElementById('app')
if (!target) throw new Error('index.html has no #app')
reloadOnNewLink()
await loadLanguage(preferredLanguage())
mount(App, { target })
