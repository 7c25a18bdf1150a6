"""Cases of layers over features and sequences: linear, embedding, recurrence, attention, activation, losses, containers.

A case is `constructor | inputs, separated by ; | call`, the call being `layer(a, b, …)` when left out.
"""

SEQUENCE = "5,3,10"


def linears():
    return [
        "nn.Linear(10, 20) | 3,10", "nn.Linear(10, 20) | 10", "nn.Linear(10, 20) | 2,5,10", "nn.Linear(10, 20) | 2,3,4,10", "nn.Linear(10, 20, bias=False) | 3,10", "nn.Linear(10, 20, bias=False) | 2,5,10",
        "nn.Linear(in_features=10, out_features=1) | 3,10", "nn.Linear(10, 20) | 0,10", "nn.Linear(10, 20, dtype=torch.float64) | 3,10:float64", "nn.LazyLinear(20) | 3,10", "nn.LazyLinear(20, bias=False) | 2,5,10", "nn.Identity() | 3,10",
        "nn.Identity(54, unused=2) | 3,10", "nn.Bilinear(10, 6, 20) | 3,10;3,6", "nn.Bilinear(10, 6, 20, bias=False) | 2,3,10;2,3,6", "nn.Bilinear(10, 6, 1) | 10;6", "nn.CosineSimilarity() | 3,10;3,10", "nn.CosineSimilarity(dim=-1) | 2,3,10;2,3,10",
        "nn.PairwiseDistance() | 3,10;3,10", "nn.PairwiseDistance(keepdim=True) | 3,10;3,10", "nn.Embedding(30, 16) | 4,7:int64", "nn.Embedding(30, 16) | 4:int64", "nn.Embedding(30, 16) | :int64", "nn.Embedding(30, 16, padding_idx=0) | 4,7:int32",
        "nn.Embedding(30, 16, max_norm=1.0) | 2,3,4:int64", "nn.Embedding(num_embeddings=30, embedding_dim=16, sparse=True) | 4,7:int64", "nn.Embedding.from_pretrained(torch.randn(30, 16)) | 4,7:int64",
        "nn.Embedding.from_pretrained(torch.randn(30, 16), freeze=False) | 4,7:int64", "nn.EmbeddingBag(30, 16) | 4,7:int64", "nn.EmbeddingBag(30, 16, mode='sum') | 4,7:int64", "nn.EmbeddingBag(30, 16, mode='max') | 4,7:int64",
        "nn.EmbeddingBag(30, 16) | 9:int64;2:int64 | layer(a, torch.tensor([0, 4]))", "nn.EmbeddingBag(30, 16, include_last_offset=True) | 9:int64 | layer(a, torch.tensor([0, 4, 9]))", "nn.EmbeddingBag(30, 16, padding_idx=0) | 4,7:int64",
        "nn.EmbeddingBag(30, 16, mode='sum') | 4,7:int64;4,7 | layer(a, per_sample_weights=b)", "nn.AdaptiveLogSoftmaxWithLoss(16, 100, cutoffs=[10, 50]) | 4,16;4:int64", "nn.AdaptiveLogSoftmaxWithLoss(16, 100, [10, 50], div_value=2.0, head_bias=True) | 4,16 | layer.log_prob(a)",
        # What torch refuses.
        "nn.Linear(10, 20) | 3,12", "nn.Linear(10, 20) | 2,10,5", "nn.Linear(10) | 3,10", "nn.Linear(10, 20) | ", "nn.Linear(10, 20) | 3,10:int64", "nn.Linear(10, 20) | 3,10:float64", "nn.Linear(10, 20, 30, 40, 50, 60) | 3,10", "nn.Linear('10', 20) | 3,10",
        "nn.Bilinear(10, 6, 20) | 3,10;3,7", "nn.Bilinear(10, 6, 20) | 3,10;2,6", "nn.Embedding(30, 16) | 4,7", "nn.Embedding(30, 16, padding_idx=30) | 4,7:int64", "nn.EmbeddingBag(30, 16) | 2,3,4:int64", "nn.EmbeddingBag(30, 16) | 9:int64", "nn.CosineSimilarity() | 3,10;3,9",
        "nn.Linear(10, 20) | 3,10 | layer()", "nn.Linear(10, 20) | 3,10 | layer(a, a)", "nn.Linear(-1, 20) | 3,10", "nn.Embedding(30, 16) | 2:int64 | layer(a + 40)",
    ]


RECURRENT = [
    "", "num_layers=2", "batch_first=True", "bidirectional=True", "bias=False", "num_layers=2, bidirectional=True", "num_layers=3, dropout=0.2, batch_first=True", "num_layers=2, bidirectional=True, bias=False, batch_first=True",
    "batch_first=True, bidirectional=True", "2", "2, False, True, 0.0, True",
]


def recurrences():
    cases = []
    for name in ("RNN", "LSTM", "GRU"):
        cases += [f"nn.{name}(10, 20{', ' if extra else ''}{extra}) | {SEQUENCE}" for extra in RECURRENT]
        cases += [f"nn.{name}(10, 20{', ' if extra else ''}{extra}) | 5,10" for extra in ("", "bidirectional=True", "batch_first=True")]
        cases += [f"nn.{name}(input_size=10, hidden_size=20, num_layers=2) | {SEQUENCE} | layer(a)[0]", f"nn.{name}(10, 20) | 1,1,10"]
        cell_state = "(b, c)" if name == "LSTM" else "b"
        cases += [f"nn.{name}(10, 20, 2) | {SEQUENCE};2,3,20;2,3,20 | layer(a, {cell_state})", f"nn.{name}(10, 20, bidirectional=True, batch_first=True) | 3,5,10;2,3,20;2,3,20 | layer(a, {cell_state})"]
        cases += [f"nn.{name}Cell(10, 20) | 3,10", f"nn.{name}Cell(10, 20, bias=False) | 3,10", f"nn.{name}Cell(10, 20) | 10", f"nn.{name}Cell(10, 20) | 3,10;3,20;3,20 | layer(a, {cell_state})"]
        # What torch refuses.
        cases += [f"nn.{name}(12, 20) | {SEQUENCE}", f"nn.{name}(10, 20) | 2,3,4,10", f"nn.{name}(10, 20, 2) | {SEQUENCE};1,3,20;1,3,20 | layer(a, {cell_state})", f"nn.{name}Cell(12, 20) | 3,10", f"nn.{name}Cell(10, 20) | 3,10;3,16;3,16 | layer(a, {cell_state})", f"nn.{name}(10, 0) | {SEQUENCE}"]
        cases += [f"nn.{name}(10, 20, num_layers=0) | {SEQUENCE}", f"nn.{name}(10, 20, dropout=1.5) | {SEQUENCE}", f"nn.{name}(10, 20) | {SEQUENCE};1,5,20;1,5,20 | layer(a, {cell_state})"]
        cases += [f"nn.{name}(10, 20) | {SEQUENCE} | layer(nn.utils.rnn.pack_padded_sequence(a, [5, 4, 2]))[1]", f"nn.{name}(10, 20) | {SEQUENCE} | nn.utils.rnn.pad_packed_sequence(layer(nn.utils.rnn.pack_padded_sequence(a, [5, 4, 2]))[0])"]
    cases += [f"nn.LSTM(10, 20, proj_size=6{extra}) | {SEQUENCE}" for extra in ("", ", num_layers=2", ", bidirectional=True", ", num_layers=2, bidirectional=True, batch_first=True", ", bias=False")]
    return cases + [
        "nn.RNN(10, 20, nonlinearity='relu') | 5,3,10", "nn.RNNCell(10, 20, nonlinearity='relu') | 3,10", "nn.LSTM(10, 20, proj_size=6) | 5,3,10;1,3,6;1,3,20 | layer(a, (b, c))",
        "nn.GRU(10, 20, proj_size=6) | 5,3,10", "nn.LSTM(10, 20, proj_size=20) | 5,3,10", "nn.LSTM(10, 20) | 5,3,10;1,3,20 | layer(a, b)", "nn.LSTM(10, 20) | 5,3,10 | layer(a)[1][0]", "nn.LSTM(10, 20, dtype=torch.float64) | 5,3,10:float64",
    ]


def attentions():
    plain = "7,2,32;7,2,32;7,2,32"
    first = "2,7,32;2,9,32;2,9,32"
    head = "nn.MultiheadAttention(32, 4"
    encoder, decoder = "nn.TransformerEncoderLayer(32, 4", "nn.TransformerDecoderLayer(32, 4"
    cases = [f"{head}{extra}) | {plain}" for extra in ("", ", bias=False", ", dropout=0.1", ", add_bias_kv=True", ", add_zero_attn=True", ", add_bias_kv=True, add_zero_attn=True", ", 0.1, True")]
    cases += [f"{head}, batch_first=True) | {first} | layer(a, b, c{extra})" for extra in ("", ", need_weights=False", ", average_attn_weights=False", ", attn_mask=torch.zeros(7, 9)", ", key_padding_mask=torch.zeros(2, 9, dtype=torch.bool)", ")[0].mean(")]
    cases += [
        f"{head}, kdim=12) | 7,2,32;9,2,12;9,2,32", f"{head}, kdim=12, vdim=14) | 7,2,32;9,2,12;9,2,14", f"{head}, vdim=14, batch_first=True, bias=False) | 2,7,32;2,9,32;2,9,14", f"{head}) | 7,32;9,32;9,32", f"{head}, batch_first=True) | 2,7,32 | layer(a, a, a)",
        f"{head}, batch_first=True, add_bias_kv=True) | 2,7,32 | layer(a, a, a, need_weights=False)", f"{head}, batch_first=True) | 2,7,32 | layer(query=a, key=a, value=a, attn_mask=torch.ones(8, 7, 7))", "nn.MultiheadAttention(embed_dim=30, num_heads=3, batch_first=True) | 2,7,30 | layer(a, a, a)[0]",
        # What torch refuses.
        "nn.MultiheadAttention(30, 4) | 7,2,30 | layer(a, a, a)", f"{head}) | 7,2,30 | layer(a, a, a)", f"{head}) | 7,2,32;9,2,32;8,2,32", f"{head}) | 7,2,32 | layer(a)", f"{head}) | 7,2,32;7,3,32;7,3,32", f"{head}, batch_first=True) | 2,7,32 | layer(a, a, a, attn_mask=torch.ones(7, 8))",
    ]
    cases += [f"{encoder}{extra}) | 7,2,32" for extra in ("", ", dim_feedforward=64", ", dim_feedforward=64, dropout=0.0, activation='gelu'", ", 64, batch_first=True", ", 64, norm_first=True", ", 64, bias=False", ", dim_feedforward=64, activation=F.gelu, layer_norm_eps=1e-6, batch_first=True, norm_first=True")]
    cases += [f"{encoder}, 64) | 7,32", f"{encoder}, 64) | 7,2,32 | layer(a, src_mask=nn.Transformer.generate_square_subsequent_mask(7))"]
    cases += [f"{decoder}{extra}) | 7,2,32;9,2,32" for extra in ("", ", dim_feedforward=64", ", 64, 0.1, 'gelu'", ", 64, norm_first=True", ", 64, bias=False")]
    cases += [f"{decoder}, 64, batch_first=True) | 2,7,32;2,9,32", f"{decoder}, 64, batch_first=True) | 2,7,32;2,9,32 | layer(a, b, tgt_mask=torch.zeros(7, 7), tgt_is_causal=False)"]
    return cases + [
        f"nn.TransformerEncoder({encoder}, 64), num_layers=3) | 7,2,32", f"nn.TransformerEncoder({encoder}, 64, batch_first=True), 2, norm=nn.LayerNorm(32), enable_nested_tensor=False) | 2,7,32", f"nn.TransformerDecoder({decoder}, 64), num_layers=2) | 7,2,32;9,2,32",
        f"nn.TransformerDecoder({decoder}, 64), 2, nn.LayerNorm(32)) | 7,2,32;9,2,32", "nn.Transformer(32, 4, 2, 2, 64) | 9,2,32;7,2,32", "nn.Transformer(d_model=32, nhead=4, num_encoder_layers=1, num_decoder_layers=2, dim_feedforward=64, batch_first=True) | 2,9,32;2,7,32",
        "nn.Transformer(32, 4, 1, 1, 64, norm_first=True, bias=False) | 9,2,32;7,2,32", "nn.Transformer() | 3,1,512;4,1,512",
        "nn.Transformer(32, 4, 1, 1, 64) | 9,2,32;7,3,32", "nn.Transformer(32, 4, 1, 1, 64) | 9,2,30;7,2,30", f"{encoder}, 64) | 7,2,30",
    ]


ACTIVATIONS = (
    "ELU() ELU(0.5) Hardshrink() Hardsigmoid() Hardtanh() Hardtanh(-2,2) Hardswish() LeakyReLU() LeakyReLU(0.2,inplace=True) LogSigmoid() ReLU() ReLU(inplace=True) ReLU6() RReLU() SELU() CELU() GELU() GELU(approximate='tanh') Sigmoid() SiLU() "
    "Mish() Softplus() Softplus(beta=2) Softshrink() Softsign() Tanh() Tanhshrink() Threshold(0.1,20) Softmin(dim=1) Softmax(dim=1) Softmax(dim=-1) LogSoftmax(dim=1) PReLU() PReLU(8) PReLU(num_parameters=1,init=0.2) "
    "Dropout() Dropout(0.2) Dropout(p=0.1,inplace=True) AlphaDropout() FeatureAlphaDropout() Dropout1d() GLU() GLU(dim=1) Softmax()"
).split()

LOSSES = [
    "nn.L1Loss() | 3,5;3,5", "nn.MSELoss() | 3,5;3,5", "nn.MSELoss(reduction='none') | 3,5;3,5", "nn.MSELoss(reduction='sum') | 3,5;3,5", "nn.CrossEntropyLoss() | 3,5;3:int64", "nn.CrossEntropyLoss(reduction='none') | 3,5,7;3,7:int64", "nn.CrossEntropyLoss(label_smoothing=0.1) | 3,5;3,5",
    "nn.CrossEntropyLoss(weight=torch.ones(5)) | 3,5;3:int64", "nn.CrossEntropyLoss() | 5;:int64", "nn.NLLLoss() | 3,5;3:int64", "nn.NLLLoss(reduction='none') | 3,5,4,4;3,4,4:int64", "nn.BCELoss() | 3,5;3,5", "nn.BCEWithLogitsLoss() | 3,5;3,5", "nn.BCEWithLogitsLoss(pos_weight=torch.ones(5)) | 3,5;3,5",
    "nn.KLDivLoss(reduction='batchmean') | 3,5;3,5", "nn.SmoothL1Loss() | 3,5;3,5", "nn.HuberLoss(delta=0.5) | 3,5;3,5", "nn.HingeEmbeddingLoss() | 3,5;3,5", "nn.MarginRankingLoss() | 3;3;3", "nn.TripletMarginLoss() | 3,5;3,5;3,5", "nn.TripletMarginLoss(reduction='none') | 3,5;3,5;3,5",
    "nn.CosineEmbeddingLoss() | 3,5;3,5;3", "nn.PoissonNLLLoss() | 3,5;3,5", "nn.GaussianNLLLoss() | 3,5;3,5;3,5", "nn.SoftMarginLoss() | 3,5;3,5", "nn.MultiMarginLoss() | 3,5;3:int64", "nn.MultiLabelSoftMarginLoss() | 3,5;3,5", "nn.MultiLabelMarginLoss() | 3,5;3,5:int64",
    "nn.CTCLoss() | 10,2,5;2,4:int64 | layer(a.log_softmax(2), b + 1, torch.tensor([10, 10]), torch.tensor([4, 4]))", "nn.CrossEntropyLoss() | 3,5;4:int64", "nn.CrossEntropyLoss() | 3,5;3", "nn.MSELoss() | 3,5;3,4", "nn.BCELoss() | 3,5;3,1", "nn.NLLLoss() | 3,5;3,5:int64", "nn.L1Loss() | 3,5;5",
    "nn.BCEWithLogitsLoss() | 3,1;3", "nn.MSELoss() | 3,1;3",
]

CONTAINERS = [
    "nn.Sequential(nn.Linear(10, 20), nn.ReLU(), nn.Linear(20, 5)) | 3,10", "nn.Sequential() | 3,10", "nn.Sequential(OrderedDict([('conv', nn.Conv2d(8, 4, 3)), ('norm', nn.BatchNorm2d(4)), ('act', nn.ReLU())])) | 2,8,9,9", "nn.Sequential(*[nn.Linear(10, 10) for _ in range(4)]) | 3,10",
    "nn.Sequential(nn.Conv2d(1, 6, 5), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(6 * 12 * 12, 10)) | 2,1,28,28", "nn.Sequential(nn.Sequential(nn.Linear(10, 4)), nn.Identity()) | 3,10", "nn.ModuleList([nn.Linear(10, 10), nn.Linear(10, 5)]) | 3,10 | layer[1](layer[0](a))",
    "nn.ModuleList(nn.Linear(10, 10) for _ in range(3)) | 3,10 | [step(a) for step in layer]", "nn.ModuleDict({'one': nn.Linear(10, 4), 'two': nn.Linear(10, 5)}) | 3,10 | {key: layer[key](a) for key in layer}", "nn.ParameterList([nn.Parameter(torch.zeros(10, 4)), nn.Parameter(torch.zeros(3))]) | 3,10 | a @ layer[0]",
    "nn.ParameterDict({'w': nn.Parameter(torch.zeros(10, 4))}) | 3,10 | a @ layer['w']", "nn.Sequential(nn.Linear(10, 20), nn.Linear(20, 5))[:1] | 3,10", "nn.Sequential(nn.Linear(10, 20), nn.Linear(20, 5))[-1] | 3,20", "nn.Sequential(nn.Linear(10, 20)).append(nn.Linear(20, 2)) | 3,10",
    "nn.utils.weight_norm(nn.Linear(10, 20)) | 3,10", "nn.utils.spectral_norm(nn.Conv2d(8, 4, 3)) | 2,8,9,9", "nn.utils.parametrizations.weight_norm(nn.Conv1d(8, 4, 3)) | 2,8,9", "nn.utils.parametrizations.spectral_norm(nn.Linear(10, 20)) | 3,10", "nn.Sequential(nn.Linear(10, 20), nn.Linear(10, 5)) | 3,10", "nn.Sequential(nn.Conv2d(3, 8, 3), nn.Linear(10, 5)) | 2,3,12,12",
    "nn.Sequential(nn.LSTM(10, 20), nn.Linear(20, 5)) | 5,3,10", "nn.Linear(10, 20).requires_grad_(False) | 3,10", "nn.Linear(10, 20).double() | 3,10:float64", "nn.Linear(10, 20).half().float() | 3,10", "copy.deepcopy(nn.Linear(10, 20)) | 3,10", "nn.Linear(10, 20).train() | 3,10", "nn.Sequential(nn.Linear(10, 20), [nn.ReLU()]) | 3,10",
]


def activations():
    cases = [f"nn.{activation.replace(',', ', ')} | 2,8,6" for activation in ACTIVATIONS]
    return cases + [
        "nn.Softmax2d() | 2,8,4,4", "nn.Dropout2d() | 2,8,4,4", "nn.Dropout3d(0.3) | 2,8,4,4,4", "nn.GLU(dim=1) | 2,7,6", "nn.PReLU(5) | 2,8,6", "nn.Dropout(1.5) | 2,8", "nn.Softmax(dim=3) | 2,8", "nn.GLU(0) | 4,3", "nn.ReLU() | 3:int64", "nn.Sigmoid() | 3:int64", "nn.GELU() | 3:int64",
    ]


def vector_cases():
    return [*linears(), *recurrences(), *attentions(), *activations(), *LOSSES, *CONTAINERS]
