/** `object`, from which all of Python's classes descend. */
import type { ClassValue } from "../../values/value.ts"
import { declareClass, staticMember } from "./declared.ts"
import { makeObject, objectMethods } from "./methods/object.ts"

export const objectType: ClassValue = declareClass("object", undefined, objectMethods, {
  attributes: [["__new__", staticMember(makeObject)]],
  construct: (interpreter, _, place) => interpreter.instantiate(objectType, place),
})
