/** The signatures of the catalogue's functions against those that real torch has. */
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { test } from "node:test"
import { catalogueValue, tensorAttribute } from "../../src/layers/catalogue.ts"
import { type Parameter, parametersOf } from "../../src/layers/signature.ts"
import { signatureOf } from "../../src/layers/torch/define.ts"

type Section = Record<string, string>
const measured = JSON.parse(readFileSync(new URL("../oracle/torch_signatures.json", import.meta.url), "utf8")) as Record<string, Section>

/** Not in the catalogue, each for its reason; what comes new with a release of torch must be decided on. */
const LEFT_OUT: Record<string, string> = {
  nn: "Container", // long deprecated, raises
  "nn.functional": "assert_int_or_pair boolean_dispatch handle_torch_function grouped_mm linear_cross_entropy scaled_grouped_mm scaled_mm", // internal, or kernels of accelerators
  "nn.init": "",
  "nn.utils": "fuse_conv_bn_eval fuse_conv_bn_weights fuse_linear_bn_eval fuse_linear_bn_weights vector_to_parameters", // rewrite trained models
  "nn.utils.rnn": "bind invert_permutation unpack_sequence unpad_sequence", // lengths are data
  "nn.utils.parametrize": "transfer_parametrizations_and_params type_before_parametrizations",
  "nn.utils.parametrizations": "",
  "nn.utils.prune": "global_unstructured",
}

/** Functions of `torch` and methods of tensors that are not in the catalogue, by the reason. They are Unknown where they are called. */
const LEFT_OUT_FUNCTIONS = [
  "can_cast broadcast_shapes is_conj is_inference is_nonzero is_neg is_signed dim_order storage_type", // questions that no model source of the corpora asks
  "apply_ map_ as_strided_scatter new_empty_strided empty_permuted const_data_ptr from_file frombuffer hash_tensor", // memory, not shapes
  "nonzero_static segment_reduce histogramdd", // rare, and partly data
  "lu_solve lu_unpack orgqr ormqr", // solvers
  "dequantize fake_quantize_per_channel_affine int_repr qscheme q_scale q_zero_point quantized_batch_norm quantized_max_pool1d quantized_max_pool2d", // quantised kernels
  "q_per_channel_axis q_per_channel_scales q_per_channel_zero_points quantize_per_channel quantize_per_tensor_dynamic", // quantised kernels
  "sparse_bsc_tensor sparse_bsr_tensor sparse_compressed_tensor sparse_coo_tensor sparse_csc_tensor sparse_csr_tensor smm sspaddmm hspmm", // sparse layouts
  "sparse_dim sparse_mask sparse_resize_ sparse_resize_and_clear_ to_sparse_bsc to_sparse_bsr to_padded_tensor", // sparse layouts
  "crow_indices col_indices indices values dense_dim is_coalesced", // sparse layouts
  "ipu mtia xpu to_mkldnn", // devices
  "fork wait import_ir_module import_ir_module_from_buffer parse_ir parse_schema parse_type_comment merge_type_from_type_comment unify_type_list", // TorchScript
  "get_num_interop_threads init_num_threads", // threads
].flatMap((line) => line.split(" "))

/** Documented in another form than is read here. */
const DOCUMENTED_OTHERWISE = new Set([
  "asarray", // obj is read as data by position
  "concatenate", // axis is an alias of dim
  "kaiser_window", // one signature serves all windows
  "qr", // the annotation of `out` is not parsed
  "split", // of torch.functional, called `tensor`
  "unsafe_split",
  "swapaxes", // axis0, axis1 are read beside dim0, dim1
  "true_divide", // documented with older names
])

/** All dropouts share a signature here; only the default of `training` is another one, and what is analysed never trains. */
const SHARED = new Set(["alpha_dropout", "feature_alpha_dropout"])

for (const [section, names] of Object.entries(LEFT_OUT))
  test(`torch.${section} is covered but for what is listed`, () => {
    const missing = Object.keys(measured[section] as Section).filter((name) => !catalogueValue(`torch.${section}.${name}`))
    assert.deepEqual(
      missing.filter((name) => !names.split(" ").includes(name)),
      [],
    )
  })

test("functions of torch and methods of tensors are covered but for what is listed", () => {
  const { torch = {}, Tensor = {} } = measured
  const missing = new Set([
    ...Object.keys(torch).filter((name) => !catalogueValue(`torch.${name}`)),
    ...Object.keys(Tensor).filter((name) => !tensorAttribute("torch", name)),
  ])
  assert.deepEqual([...missing].toSorted(), LEFT_OUT_FUNCTIONS.toSorted())
})

const isOpen = ({ kind }: Parameter): boolean => kind === "rest" || kind === "restKeywords"
/** Numbers are compared as numbers, texts without their quotes. */
const valueText = ({ text }: Parameter): string | undefined =>
  text === undefined || text === "" || Number.isNaN(Number(text)) ? text?.replaceAll(/["']/g, "") : String(Number(text))
const described = (parameters: readonly Parameter[]): string[] => parameters.map((one) => `${one.kind} ${one.name}=${valueText(one)}`)

/** The catalogue's own signature of a function; undefined where it takes anything, as functions do whose arguments do not matter. */
function ours(name: string): readonly Parameter[] | undefined {
  const native = catalogueValue(name)
  const signature = native?.kind === "native" ? signatureOf(native) : undefined
  const parameters = signature === undefined ? undefined : parametersOf(signature)
  return parameters?.some(isOpen) ? undefined : parameters
}

for (const section of ["nn.functional", "nn.utils.parametrizations", "nn.utils.prune", "nn.utils.rnn"])
  test(`torch.${section}: names, order, defaults and keyword-only arguments`, () => {
    for (const [name, signature] of Object.entries(measured[section] as Section)) {
      const own = ours(`torch.${section}.${name}`)?.filter((one) => !/^cudnn_/.test(one.name))
      if (own && !SHARED.has(name)) assert.deepEqual(described(own), described(parametersOf(signature)), `torch.${section}.${name}`)
    }
  })

test("torch.*: every documented argument has its name and place", () => {
  let count = 0
  for (const [name, signature] of Object.entries(measured.torch as Section)) {
    const own = ours(`torch.${name}`)
    if (!own || DOCUMENTED_OTHERWISE.has(name)) continue
    const documented = parametersOf(signature).filter((one) => !isOpen(one))
    const missing = documented.filter((one) => !own.some((other) => other.name === one.name))
    const placed = (list: readonly Parameter[]) => list.filter(({ kind }) => kind === "positional").map((one) => one.name)
    const [theirs, mine] = [placed(documented), placed(own)]
    assert.deepEqual(described(missing), [], `torch.${name}(${signature})`)
    assert.deepEqual(mine.slice(0, theirs.length), theirs.slice(0, mine.length), `torch.${name}(${signature})`)
    count++
  }
  assert(count >= 235, `${count} compared`)
})
