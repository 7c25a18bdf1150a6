/** Installed packages that compute beside models (tables, plots, statistics): reading them costs seconds and tells nothing of a layer. */
import { type ModuleValue, type NativeValue, unknown } from "../../values/value.ts"
import type { Evaluation } from "../evaluation.ts"
import { openPython } from "../modules.ts"
import type { Scope } from "../scope.ts"
import { define } from "./arguments.ts"

const OPAQUE: ReadonlySet<string> = new Set(
  [
    "scipy pandas sklearn statsmodels xgboost lightgbm numba sympy networkx dask polars pyarrow h5py tables lmdb",
    "matplotlib seaborn plotly bokeh IPython ipywidgets",
    "cv2 skimage imageio albumentations imgaug librosa soundfile pycocotools",
    "nltk spacy gensim sentencepiece tokenizers tiktoken sacrebleu",
    "wandb mlflow comet_ml tensorboard tensorboardX neptune clearml",
    "requests urllib3 aiohttp boto3 botocore google flask fastapi django gradio streamlit",
    "gym gymnasium ray onnx onnxruntime openpyxl lxml bs4 rich",
  ].flatMap((line) => line.split(" ")),
)

/** Where interpreters keep what was installed; a folder of that name elsewhere may be the reader's own. */
const INSTALLED = /\/(?:site|dist)-packages$/

/**
 * The module that an import of such a package gives, where it is installed. It is there, as any module is; only what it holds is not known.
 * The package's own modules are read when it is what is being worked on.
 */
export function opaquePackage(evaluation: Evaluation, { module }: Scope, root: string, parts: readonly string[]): ModuleValue | undefined {
  const [top = ""] = parts
  const isOwn = module.package.split(".")[0] === top
  if (isOwn || !OPAQUE.has(top) || !INSTALLED.test(root) || !openPython(evaluation, root, [top])) return undefined
  return { kind: "module", name: parts.join("."), attributes: new Map([["__getattr__", hiddenMember(parts.join("."), top)]]) }
}

/** The module's `__getattr__`. */
const hiddenMember = (module: string, top: string): NativeValue =>
  define("__getattr__", "name", (interpreter, { name }) =>
    unknown(
      `${module}.${name.kind === "string" ? name.value : "?"} is not known: ${top} computes beside models, and its source is not read`,
      interpreter.place,
    ),
  )

/** Whether a member was asked of such a package: it is there, for all we know, also in a `try` that is prepared for its absence. */
export const isOpaque = (module: ModuleValue): boolean =>
  OPAQUE.has(module.name.split(".")[0] ?? "") && module.source === undefined && module.attributes.get("__getattr__")?.kind === "native"
