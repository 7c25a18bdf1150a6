/** The numbers pyright gives its node, operator, keyword and token kinds; its own enums are ambient constants, which isolated modules cannot read. */

/** A test compares each table with the running library. */
export const nodeKind = {
  error: 0,
  assert: 2,
  assignment: 3,
  assignmentExpression: 4,
  augmentedAssignment: 5,
  await: 6,
  binaryOperation: 7,
  break: 8,
  call: 9,
  class: 10,
  comprehension: 11,
  comprehensionFor: 12,
  comprehensionIf: 13,
  constant: 14,
  continue: 15,
  del: 17,
  dictionary: 18,
  dictionaryExpandEntry: 19,
  dictionaryKeyEntry: 20,
  ellipsis: 21,
  if: 22,
  import: 23,
  importFrom: 25,
  index: 27,
  for: 29,
  formatString: 30,
  function: 31,
  global: 32,
  lambda: 33,
  list: 34,
  memberAccess: 35,
  name: 38,
  nonlocal: 39,
  number: 40,
  pass: 42,
  raise: 43,
  return: 44,
  set: 45,
  slice: 46,
  statementList: 47,
  stringList: 48,
  ternary: 51,
  tuple: 52,
  try: 53,
  typeAnnotation: 54,
  unaryOperation: 55,
  unpack: 56,
  while: 57,
  with: 58,
  yield: 60,
  yieldFrom: 61,
  match: 63,
  patternSequence: 65,
  patternAs: 66,
  patternLiteral: 67,
  patternClass: 68,
  patternCapture: 69,
  patternMapping: 70,
  patternMappingKeyEntry: 71,
  patternMappingExpandEntry: 72,
  patternValue: 73,
  typeAlias: 77,
} as const

export const tokenKind = {
  newLine: 2,
  dedent: 4,
  operator: 9,
  colon: 10,
  openParenthesis: 13,
  closeParenthesis: 14,
  openCurlyBrace: 17,
  closeCurlyBrace: 18,
  exclamationMark: 23,
  fStringMiddle: 25,
  fStringEnd: 26,
} as const

export const stringFlag = { raw: 8, bytes: 32, template: 128, unterminated: 65536 } as const

export const assignOperator = 2

/** In the order of pyright's `OperatorType`; the empty ones have no place in an expression. */
// biome-ignore format: a table reads better unbroken
export const operatorTexts = [
  "+", "+=", "=", "&", "&=", "~", "|", "|=", "^", "^=", "/", "/=", "==", "//", "//=", ">", ">=", "<<", "<<=", "<>", "<", "<=",
  "@", "@=", "%", "%=", "*", "*=", "!=", "**", "**=", ">>", ">>=", "-", "-=", ":=", "and", "or", "not", "is", "is not", "in", "not in",
] as const

/** pyright's `KeywordType` of the constants. */
export const constantKeywords: Record<number, "__debug__" | "False" | "None" | "True"> = {
  9: "__debug__",
  15: "False",
  27: "None",
  34: "True",
}
