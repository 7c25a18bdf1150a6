/** All subjects, in the order of the notes. A new one is a line here, its page and its own file. */
import { convolution } from "./convolution.ts"
import { depthwiseSeparable } from "./depthwise-separable.ts"
import { inceptionBlock } from "./inception-block.ts"
import type { Subject } from "./subject.ts"

export const SUBJECTS: readonly Subject[] = [convolution, depthwiseSeparable, inceptionBlock]

export const subjectOf = (id: string): Subject | undefined => SUBJECTS.find((subject) => subject.id === id)
