/** Names of Keras and TensorFlow that change nothing that is counted: decorators, switches, dtypes. */
import * as V from "../../values/value.ts"
import type { Entry } from "./define.ts"

/** Gives its first argument, or a decorator that gives it. */
const passing = (name: string): Entry => [
  name,
  () =>
    V.native(name, (_, { positional: [first] }) => {
      if (first && first.kind !== "string") return first
      return V.native(`${name}()`, (__, { positional: [decorated] }) => decorated ?? V.NONE)
    }),
]

const silent = (name: string): Entry => [name, () => V.native(name, () => V.NONE)]

const DECORATORS =
  "tensorflow.function tensorflow.autograph.experimental.do_not_convert keras.saving.register_keras_serializable keras.utils.register_keras_serializable tensorflow.recompute_grad tensorflow.custom_gradient tensorflow.stop_gradient_function".split(
    " ",
  )

const SILENT =
  "tensorflow.experimental.numpy.experimental_enable_numpy_behavior keras.utils.set_random_seed tensorflow.random.set_seed keras.backend.clear_session keras.utils.clear_session keras.backend.set_image_data_format keras.backend.set_floatx keras.config.set_floatx keras.config.set_image_data_format keras.mixed_precision.set_global_policy keras.mixed_precision.set_dtype_policy keras.backend.set_learning_phase keras.backend.set_session " +
  "tensorflow.print tensorflow.assert tensorflow.debugging.assert_equal tensorflow.debugging.assert_rank tensorflow.config.run_functions_eagerly tensorflow.compat.v1.disable_eager_execution tensorflow.compat.v1.disable_v2_behavior tensorflow.config.experimental.set_memory_growth tensorflow.config.set_visible_devices keras.utils.plot_model tensorflow.keras.utils.plot_model " +
  "tfjs.setBackend tfjs.ready tfjs.disposeVariables tfjs.dispose tfjs.enableProdMode tfjs.nextFrame tfjs.registerGradient tfjs.serialization.registerClass tfjs.registerClass tfjs.util.shuffle tfjs.util.assert tfjs.print"

const DTYPES = "float16 float32 float64 bfloat16 half double int8 int16 int32 int64 uint8 uint16 uint32 uint64 bool string complex64".split(
  " ",
)

/** `tf.tidy(() => …)`: runs the function. */
function tidy(...[interpreter, { positional }, place]: Parameters<V.NativeCall>): V.Value {
  const callee = positional.at(-1)
  return callee ? interpreter.call(callee, { positional: [], keywords: new Map() }, place) : V.UNDEFINED
}

/** A processor, but no accelerators. */
function devices(...[, { positional }, place]: Parameters<V.NativeCall>): V.Value {
  const [type] = positional
  if (type?.kind === "string" && type.value !== "CPU") return V.list([])
  return V.list([V.unknown("what the machine has is known only when the program runs", place)])
}

/** The function of that name; what is no name stays what it is. */
function activation(
  ...[
    interpreter,
    {
      positional: [given],
    },
  ]: Parameters<V.NativeCall>
): V.Value {
  if (given?.kind !== "string") return given && !V.isNone(given) ? given : (interpreter.catalogue("keras.activations.linear") ?? V.NONE)
  return interpreter.catalogue(`keras.activations.${given.value}`) ?? given
}

export const harmlessEntries: readonly Entry[] = [
  ...DECORATORS.map(passing),
  ...SILENT.split(" ").map(silent),
  ...DTYPES.map(
    (name): Entry => [`tensorflow.${name}`, () => V.string(name === "half" ? "float16" : name === "double" ? "float64" : name)],
  ),
  ["keras.backend.image_data_format", () => V.native("keras.backend.image_data_format", () => V.string("channels_last"))],
  ["keras.config.image_data_format", () => V.native("keras.config.image_data_format", () => V.string("channels_last"))],
  ["keras.backend.backend", () => V.native("keras.backend.backend", () => V.string("tensorflow"))],
  ["keras.config.backend", () => V.native("keras.config.backend", () => V.string("tensorflow"))],
  ["keras.backend.floatx", () => V.native("keras.backend.floatx", () => V.string("float32"))],
  ["keras.config.floatx", () => V.native("keras.config.floatx", () => V.string("float32"))],
  ["keras.backend.epsilon", () => V.native("keras.backend.epsilon", () => V.float(1e-7))],
  ["keras.config.epsilon", () => V.native("keras.config.epsilon", () => V.float(1e-7))],
  ["keras.backend.learning_phase", () => V.native("keras.backend.learning_phase", () => V.FALSE)],
  ["keras.__version__", () => V.string("3.15.1")],
  ["tensorflow.__version__", () => V.string("2.20.0")],
  // As with variables of the environment, nothing special is there: code then takes its usual way.
  ...["list_physical_devices", "list_logical_devices", "experimental.list_physical_devices", "experimental.list_logical_devices"].map(
    (name): Entry => [`tensorflow.config.${name}`, () => V.native(`tensorflow.config.${name}`, devices)],
  ),
  ["keras.activations.get", () => V.native("keras.activations.get", activation)],
  ["keras.activations.deserialize", () => V.native("keras.activations.deserialize", activation)],
  ["tfjs.tidy", () => V.native("tfjs.tidy", tidy)],
  ["tfjs.keep", () => V.native("tfjs.keep", (_, { positional: [tensor] }) => tensor ?? V.UNDEFINED)],
]
