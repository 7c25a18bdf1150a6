/** PyTorch Lightning: its module is torch's with the constructor's arguments kept in `hparams`; what trains, logs and loads changes no shape. */
import type { Arguments } from "../arguments.ts"
import { parametersOf, modulesBelow } from "../modules.ts"
import * as V from "../../values/value.ts"
import type { Interpreter } from "../../values/interpreter.ts"
import { type Entry, functions, method, nativeClass, openClass } from "./define.ts"
import { MODULE_CLASS } from "./module.ts"

const LIGHTNING = "lightning.pytorch"

/** Attribute that holds the saved arguments. */
const SAVED = "_hparams"

/** A dictionary whose entries are attributes, too. */
function attributeDictionary(interpreter: Interpreter, entries: ReadonlyMap<string, V.Value>, call: Arguments): V.Value {
  const contents = V.dictionaryOf(entries)
  const dictionary = interpreter.findAttribute(contents, "__class__")
  const cls = nativeClass({ name: `${LIGHTNING}.utilities.parsing.AttributeDict`, bases: dictionary?.kind === "class" ? [dictionary] : [] })
  const made = interpreter.instantiate(cls, call.place)
  made.state = { contents }
  made.attributes.set("__dict__", contents)
  return made
}

/** What a dictionary, a namespace or another object of settings holds by name. */
function entriesOf(value: V.Value): Map<string, V.Value> | undefined {
  const contents = value.kind === "instance" ? (value.state as { contents?: V.Value } | undefined)?.contents : undefined
  if (contents) return entriesOf(contents)
  if (value.kind === "instance") return new Map(value.attributes)
  if (value.kind !== "dictionary") return undefined
  return new Map([...value.entries.values()].flatMap(({ key, value: held }) => (key.kind === "string" ? [[key.value, held] as const] : [])))
}

const textsIn = (values: readonly V.Value[]): string[] => values.flatMap((value) => (value.kind === "string" ? [value.value] : []))

/** `save_hyperparameters()` keeps all arguments, with names only those, with an object what it holds. */
function saved(call: Arguments, self: V.InstanceValue): ReadonlyMap<string, V.Value> {
  const given = call.items("args")
  const [first] = given
  const held = first && first.kind !== "string" ? entriesOf(first) : undefined
  if (held) return held
  const ignore = call.value("ignore")
  const ignored = new Set(textsIn(ignore?.kind === "string" ? [ignore] : ((ignore && call.sequence(ignore)) ?? [])))
  const wanted = new Set(textsIn(given))
  const all = [...call.interpreter.constructorArguments(self)]
  return new Map(all.filter(([name]) => !ignored.has(name) && (wanted.size === 0 || wanted.has(name))))
}

const saveArguments = method(`${LIGHTNING}.save_hyperparameters`, "*args, ignore=None, frame=None, logger=True", (call, self) => {
  if (self.kind !== "instance") return V.NONE
  const before = entriesOf(self.attributes.get(SAVED) ?? V.NONE) ?? new Map<string, V.Value>()
  call.interpreter.heap.touch(self.attributes)
  self.attributes.set(SAVED, attributeDictionary(call.interpreter, new Map([...before, ...saved(call, self)]), call))
  return V.NONE
})

const savedArguments: V.PropertyValue = {
  kind: "property",
  form: "property",
  get: method(`${LIGHTNING}.hparams`, "", (call, self) => {
    if (self.kind !== "instance") return V.NONE
    const known = self.attributes.get(SAVED)
    if (known) return known
    call.interpreter.heap.touch(self.attributes)
    const made = attributeDictionary(call.interpreter, new Map(), call)
    self.attributes.set(SAVED, made)
    return made
  }),
  set: method(`${LIGHTNING}.hparams`, "value", (call, self) => {
    if (self.kind !== "instance") return V.NONE
    call.interpreter.heap.touch(self.attributes)
    self.attributes.set(SAVED, call.required("value"))
    return V.NONE
  }),
}

/** `freeze()` and `unfreeze()`. */
const gradients = (name: string, isWanted: boolean): [string, V.Value] => [
  name,
  method(`${LIGHTNING}.${name}`, "", (call, self) => {
    const modules = self.kind === "instance" ? modulesBelow(self) : []
    for (const tensor of modules.flatMap(([, module]) => parametersOf(module).map(([, parameter]) => parameter))) {
      call.interpreter.heap.touch(tensor)
      tensor.requiresGrad = isWanted
    }
    return V.NONE
  }),
]

const property = (name: string, get: (interpreter: Interpreter) => V.Value): [string, V.Value] => [
  name,
  { kind: "property", form: "property", get: method(`${LIGHTNING}.${name}`, "", ({ interpreter }) => get(interpreter)) },
]

const silent = (names: string): [string, V.Value][] =>
  names.split(" ").map((name) => [name, method(`${LIGHTNING}.${name}`, "*args, **kwargs", () => V.NONE)])

const unclear = (names: string): [string, V.Value][] =>
  names.split(" ").map((name) => property(name, () => V.unknown(`${name} is there while the model is trained`)))

const HOOKS =
  "setup teardown prepare_data configure_model configure_callbacks configure_optimizers configure_gradient_clipping on_fit_start on_fit_end " +
  "on_train_start on_train_end on_train_epoch_start on_train_epoch_end on_train_batch_start on_train_batch_end on_validation_start " +
  "on_validation_end on_validation_epoch_start on_validation_epoch_end on_validation_batch_start on_validation_batch_end on_test_start " +
  "on_test_end on_test_epoch_start on_test_epoch_end on_predict_start on_predict_end on_before_optimizer_step on_before_zero_grad " +
  "on_before_backward on_after_backward on_save_checkpoint on_load_checkpoint optimizer_step optimizer_zero_grad lr_scheduler_step " +
  "training_step validation_step test_step predict_step train_dataloader val_dataloader test_dataloader predict_dataloader"

const lightningModule = (): V.ClassValue =>
  nativeClass({
    name: `${LIGHTNING}.LightningModule`,
    bases: [MODULE_CLASS],
    attributes: [
      ["save_hyperparameters", saveArguments],
      ["hparams", savedArguments],
      property("hparams_initial", () => V.unknown("hparams_initial is not followed")),
      gradients("freeze", false),
      gradients("unfreeze", true),
      ...silent("log log_dict print backward manual_backward toggle_optimizer untoggle_optimizer clip_gradients to_onnx"),
      ...silent(HOOKS),
      ...unclear("trainer logger loggers optimizers lr_schedulers fabric"),
      property("device", (interpreter) => interpreter.findAttribute(V.tensor("torch", [1], "float32"), "device") ?? V.NONE),
      property("dtype", (interpreter) => interpreter.catalogue("torch.float32") ?? V.NONE),
      ...["current_epoch", "global_step", "global_rank", "local_rank"].map((name) => property(name, () => V.integer(0))),
      ["automatic_optimization", V.TRUE],
      ["strict_loading", V.TRUE],
      ["example_input_array", V.NONE],
      [
        "load_from_checkpoint",
        V.native(`${LIGHTNING}.load_from_checkpoint`, (_, __, place) => V.unknown("what a file holds is not known", place)),
      ],
    ],
  })

const dataModule = (): V.ClassValue =>
  nativeClass({
    name: `${LIGHTNING}.LightningDataModule`,
    attributes: [
      ["__init__", method(`${LIGHTNING}.LightningDataModule.__init__`, "", () => V.NONE)],
      ["save_hyperparameters", saveArguments],
      ["hparams", savedArguments],
      ...silent(HOOKS),
      ...unclear("trainer"),
    ],
  })

/** Made and passed around; what is read of it while it works is unknown. */
function harmlessClass(name: string): V.ClassValue {
  const attributes = [...silent("__init__ fit validate test save_checkpoint"), ...silent(HOOKS)]
  return openClass({ name: `${LIGHTNING}.${name}`, attributes })
}

const once = (make: () => V.ClassValue): (() => V.ClassValue) => {
  let made: V.ClassValue | undefined
  return () => (made ??= make())
}

const CLASSES: Readonly<Record<string, () => V.ClassValue>> = {
  LightningModule: once(lightningModule),
  LightningDataModule: once(dataModule),
  Trainer: once(() => harmlessClass("Trainer")),
  Callback: once(() => harmlessClass("Callback")),
}

/** Packages that give these classes, and the submodules they are also imported from. */
const PACKAGES = ["pytorch_lightning", "lightning", "lightning.pytorch"]
const HOMES: Readonly<Record<string, readonly string[]>> = {
  LightningModule: ["", "core.", "core.module.", "core.lightning."],
  LightningDataModule: ["", "core.", "core.datamodule."],
  Trainer: ["", "trainer.", "trainer.trainer."],
  Callback: ["", "callbacks.", "callbacks.callback."],
}

export const lightningNamespaces: readonly string[] = PACKAGES

export const lightningEntries: readonly Entry[] = PACKAGES.flatMap((root): Entry[] => [
  ...Object.entries(CLASSES).flatMap(([name, make]) => (HOMES[name] ?? []).map((home): Entry => [`${root}.${home}${name}`, make])),
  ...functions(`${root}.seed_everything`, "seed=None, workers=False, verbose=True", (call) => call.read("seed") ?? V.NONE),
])

/** What a module says it is called with: `self.example_input_array`, a tuple giving several arguments. */
export function exampleInputs(instance: V.InstanceValue): readonly V.Value[] | undefined {
  if (!instance.class.mro.some(({ qualifiedName }) => qualifiedName === `${LIGHTNING}.LightningModule`)) return undefined
  const given = instance.attributes.get("example_input_array")
  if (given?.kind === "tensor") return given.shape ? [given] : undefined
  return given?.kind === "tuple" && given.items.every(({ kind }) => kind === "tensor") ? given.items : undefined
}
