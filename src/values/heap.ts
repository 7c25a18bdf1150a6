/** The write barrier: everything mutable is announced before it changes, so that branches can be undone and joined. */
export interface Heap {
  /** To be called BEFORE a Map, an array or a plain record is changed in place. */
  touch(container: object): void
}
