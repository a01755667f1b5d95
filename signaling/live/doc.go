// Package live holds tests of the whole server: the built binary as a process, over the embedded store and over a real Redis,
// with bots for people. What is heard and seen is proved by the packets that arrive, never by what a view says; processes are
// killed as power cuts do. Most of the time they wait: run them with -parallel 8.
package live
