/** Rules on data: what `fit`, `predict` and calls of whole models are given. */
import type { RuleText } from "./rule.ts"

const MODEL = 'model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])\nmodel.compile("sgd", "categorical_crossentropy")\n'

export const dataRules = {
  "input-mismatch": {
    severity: "error",
    title: "A model is given data of another shape than it was made for.",
    what: "The data's number of dimensions, or a size that the model's input states, differs.",
    why: "Keras and TensorFlow.js compare data with the input before any layer runs.",
    wrong: `${MODEL}model.predict(np.zeros((8, 2, 2)))`,
    right: `${MODEL}model.predict(np.zeros((8, 4)))`,
    fix: "Reshape the data, or state the input as the data is; the batch is not part of it.",
  },
  "target-mismatch": {
    severity: "error",
    title: "Targets do not have the shape that the loss compares with the output.",
    what: "The loss that `compile` was given wants targets of the output's shape, or one class number for each output vector.",
    why: "`fit` raises at the first batch.",
    wrong: `${MODEL}model.fit(np.zeros((8, 4)), np.zeros((8, 2)))`,
    right: `${MODEL}model.fit(np.zeros((8, 4)), np.zeros((8, 3)))`,
    fix: "Give the last layer as many units as there are classes, or use the sparse loss for class numbers.",
  },
  "length-mismatch": {
    severity: "error",
    title: "Things that are paired are not as many.",
    what: "Inputs and targets, keys and values, or columns of patches differ in number, or a tuple is unpacked into more or fewer names than it has values.",
    why: "Each one belongs to one other, and the framework or Python raises where one is left alone.",
    wrong: `${MODEL}model.fit(np.zeros((8, 4)), np.zeros((7, 3)))`,
    right: `${MODEL}model.fit(np.zeros((8, 4)), np.zeros((8, 3)))`,
    fix: "Look at how the data was split; a recurrent layer gives its states as one tuple: `out, (h, c) = lstm(x)`.",
  },
} satisfies Record<string, RuleText>
