/** What tensors have beyond the catalogue: of any other name `hasattr(tensor, name)` is certainly false. */

/** `dir(torch.nn.Parameter(torch.zeros(1)))` of torch 2.13 without what the catalogue covers. */
const FURTHER = new Set(
  (
    "_addmm_activation _autocast_to_full_precision _autocast_to_reduced_precision _backward_hooks _base _cdata " +
    "_clear_non_serializable_cached_data _coalesced_ _conj _conj_physical _dimI _dimV _dtensor__new__ _fix_weakref _grad " +
    "_grad_fn _has_symbolic_sizes_strides _indices _is_all_true _is_any_true _is_view _is_zerotensor _lazy_clone " +
    "_make_subclass _make_wrapper_subclass _neg_view _nested_tensor_size _nested_tensor_storage_offsets " +
    "_nested_tensor_strides _nnz _philox_normal_ _philox_uniform_ _post_accumulate_grad_hooks _python_dispatch " +
    "_reduce_ex_internal _rev_view_func_unsafe _sparse_mask_projection _to_dense _to_sparse _to_sparse_bsc _to_sparse_bsr " +
    "_to_sparse_csc _to_sparse_csr _typed_storage _use_count _values _version _view_func _view_func_unsafe apply_ arctan2_ " +
    "as_strided_scatter ccol_indices col_indices const_data_ptr crow_indices dense_dim dim_order eig grad_dtype hash_tensor " +
    "index indices int_repr ipu is_coalesced is_cpu is_distributed is_ipu is_maia is_mkldnn is_mtia is_neg is_nonzero " +
    "is_same_size is_signed is_sparse_csr is_vulkan is_xla is_xpu lstsq lu lu_solve map2_ map_ module_load mtia name " +
    "new new_empty_strided nonzero_static orgqr ormqr output_nr q_per_channel_axis q_per_channel_scales " +
    "q_per_channel_zero_points q_scale q_zero_point qscheme reinforce resize resize_as resize_as_sparse_ retains_grad " +
    "row_indices slice_inverse smm solve sparse_dim sparse_mask sparse_resize_ sparse_resize_and_clear_ sspaddmm " +
    "storage_type symeig to_mkldnn to_padded_tensor to_sparse_bsc to_sparse_bsr unsafe_split_with_sizes values xpu "
  ).split(" "),
)

/** Whether torch's tensors may have an attribute that the catalogue does not cover. */
export const isFurtherAttribute = (name: string): boolean => name.startsWith("__") || FURTHER.has(name)
