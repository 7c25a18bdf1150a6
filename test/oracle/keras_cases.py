"""Cases of Keras layers, `constructor | inputs, separated by ; | call`; channels last, the batch first, as in `torch_cases_images.py`."""

IMAGE = {1: "2,17,8", 2: "2,17,14,8", 3: "2,9,10,11,8"}
FIRST = {1: "2,8,17", 2: "2,8,17,14", 3: "2,8,9,10,11"}
SEQUENCE = "3,5,10"


def grid(head, image, variants):
    """`Conv2D(6, 3` and `padding='same'` become `layers.Conv2D(6, 3, padding='same') | image`; a head may end at its parenthesis."""
    return [f"layers.{head}{', ' if extra and not head.endswith('(') else ''}{extra}) | {image}" for extra in variants]


def convolutions():
    cases = []
    plain = ["", "strides=2", "padding='same'", "strides=2, padding='same'", "dilation_rate=2", "padding='same', dilation_rate=2", "groups=2", "use_bias=False", "activation='relu'", "strides=3, padding='same', activation='relu', use_bias=False"]
    for n in (1, 2, 3):
        cases += grid(f"Conv{n}D(6, 3", IMAGE[n], plain) + grid(f"Conv{n}D(6, 4", IMAGE[n], ["padding='same', strides=2", "padding='valid', strides=3"])
        cases += grid(f"Conv{n}D(filters=6, kernel_size=1", IMAGE[n], [""]) + grid(f"Conv{n}D(6, 3, data_format='channels_first'", FIRST[n], ["", "padding='same', strides=2"])
        cases += grid(f"Conv{n}DTranspose(6, 3", IMAGE[n], ["", "strides=2", "padding='same'", "strides=2, padding='same'", "use_bias=False"] + ([] if n == 3 else ["strides=2, padding='same', output_padding=1"]))
        cases += grid(f"Conv{n}DTranspose(6, 4", IMAGE[n], ["strides=2, padding='same'", "strides=4"])
    for n in (1, 2):
        cases += grid(f"SeparableConv{n}D(6, 3", IMAGE[n], ["", "padding='same'", "strides=2, padding='same'", "depth_multiplier=2", "use_bias=False", "dilation_rate=2"])
        cases += grid(f"DepthwiseConv{n}D(3", IMAGE[n], ["", "padding='same'", "strides=2, padding='same'", "depth_multiplier=2", "use_bias=False", "dilation_rate=2"])
    cases += ["layers.Conv1D(6, 3, padding='causal') | 2,17,8", "layers.Conv1D(6, 3, padding='causal', dilation_rate=4) | 2,17,8", "layers.Conv1D(6, 3, 2, 'same') | 2,17,8"]
    cases += [f"layers.{text} | 2,17,14,8" for text in [
        "Conv2D(6, (3, 5))", "Conv2D(6, (3, 5), strides=(2, 1), padding='same')", "Conv2D(6, [1, 7], padding='same', use_bias=False)", "Conv2D(6, 3, (1, 2))", "Conv2D(6, 3, 1, 'same')", "Conv2D(6, 3, dilation_rate=(2, 1))", "Conv2D(64, 7, strides=2, padding='same', kernel_initializer='he_normal', kernel_regularizer='l2')",
        "Convolution2D(6, 3)", "Conv2D(6, 3, padding='SAME')", "Conv2D(6, 3, name='stem', trainable=False)", "DepthwiseConv2D((3, 5), padding='same')", "SeparableConv2D(6, (3, 1), padding='same', activation='relu')", "Conv2DTranspose(6, (2, 3), strides=(2, 1))",
        "Conv2D(6, 20)", "Conv2D(6, 3, groups=3)", "Conv2D(7, 3, groups=2)", "Conv2D(6)", "Conv2D(0, 3)", "Conv2D(6, 3, strides=2, dilation_rate=2)", "Conv2D(6, (3, 3, 3))", "Conv2D(6, 3, padding='full')", "Conv1D(6, 3)", "Conv3D(6, 3)", "Conv2D(6, 3, activation='reluu')", "Conv2D(6, 3, padding='causal')", "Conv2D(6, 3, out=4)",
    ]]
    return cases


def poolings():
    cases = []
    for n in (1, 2, 3):
        for kind in ("MaxPooling", "AveragePooling"):
            cases += grid(f"{kind}{n}D(", IMAGE[n], ["", "2", "3", "2, padding='same'", "pool_size=3, strides=2", "pool_size=3, strides=2, padding='same'", "3, 1, 'same'"])
            cases += [f"layers.{kind}{n}D(2, data_format='channels_first') | {FIRST[n]}"]
        cases += [f"layers.Global{kind}Pooling{n}D({extra}) | {IMAGE[n]}" for kind in ("Max", "Average") for extra in ("", "keepdims=True")]
        cases += [f"layers.GlobalAveragePooling{n}D(data_format='channels_first') | {FIRST[n]}", f"layers.UpSampling{n}D() | {IMAGE[n]}", f"layers.UpSampling{n}D(3) | {IMAGE[n]}", f"layers.ZeroPadding{n}D(2) | {IMAGE[n]}", f"layers.Cropping{n}D(2) | {IMAGE[n]}"]
    return cases + [f"layers.{text} | 2,17,14,8" for text in [
        "MaxPool2D((2, 3))", "MaxPooling2D(pool_size=(2, 2), strides=(2, 1))", "AvgPool2D(2, strides=1)", "GlobalAvgPool2D()", "GlobalMaxPool2D()", "UpSampling2D((2, 3))", "UpSampling2D(2, interpolation='bilinear')", "ZeroPadding2D((1, 2))", "ZeroPadding2D(((1, 0), (2, 3)))", "Cropping2D(((1, 2), (3, 4)))", "Resizing(20, 30)", "Rescaling(1 / 255)", "CenterCrop(8, 9)",
        "RandomFlip('horizontal')", "MaxPooling2D(20)", "Cropping2D(10)", "MaxPooling1D(2)", "AdaptiveAveragePooling2D(4)", "Normalization(mean=0.0, variance=1.0)",
    ]] + ["layers.ZeroPadding1D((1, 3)) | 2,17,8", "layers.Cropping1D((1, 3)) | 2,17,8", "layers.GlobalAveragePooling2D() | 2,17,8"]


def dense_and_shapes():
    return [
        "layers.Dense(20) | 3,10", "layers.Dense(20) | 2,5,10", "layers.Dense(20, use_bias=False) | 3,10", "layers.Dense(units=20, activation='softmax') | 3,10", "layers.Dense(20, 'relu') | 2,3,4,10", "layers.Dense(20, trainable=False) | 3,10", "layers.EinsumDense('ab,bc->ac', output_shape=20, bias_axes='c') | 3,10",
        "layers.EinsumDense('abc,cd->abd', output_shape=(None, 20), bias_axes='d') | 2,5,10", "layers.EinsumDense('...x,xy->...y', output_shape=7) | 2,5,10", "layers.EinsumDense('abc,cde->abde', output_shape=(None, 4, 5)) | 2,5,10", "layers.Embedding(30, 16) | 4,7:int32", "layers.Embedding(input_dim=30, output_dim=16, mask_zero=True) | 4,7:int32", "layers.Embedding(30, 16) | 4:int32",
        "layers.Flatten() | 2,5,4,3", "layers.Flatten() | 2,5", "layers.Flatten(data_format='channels_first') | 2,5,4,3", "layers.Reshape((6, 4)) | 2,24", "layers.Reshape((-1, 4)) | 2,24", "layers.Reshape(target_shape=(2, 3, 4)) | 2,6,4", "layers.Reshape((7,)) | 2,7,1", "layers.Permute((2, 1)) | 2,5,3", "layers.Permute((3, 1, 2)) | 2,5,4,3", "layers.RepeatVector(4) | 2,5", "layers.Masking() | 2,5,3", "layers.Identity() | 2,5",
        "layers.Lambda(lambda x: x ** 2) | 2,5", "layers.Lambda(lambda x: keras.ops.mean(x, axis=1)) | 2,5,3", "layers.Dropout(0.3) | 2,5", "layers.SpatialDropout1D(0.2) | 2,5,3", "layers.SpatialDropout2D(0.2) | 2,5,4,3", "layers.GaussianNoise(0.1) | 2,5", "layers.GaussianDropout(0.1) | 2,5", "layers.AlphaDropout(0.1) | 2,5", "layers.ActivityRegularization(l2=0.1) | 2,5",
        "layers.Activation('relu') | 2,5", "layers.Activation(keras.activations.gelu) | 2,5", "layers.ReLU() | 2,5", "layers.ReLU(max_value=6) | 2,5", "layers.LeakyReLU(0.2) | 2,5", "layers.LeakyReLU(negative_slope=0.1) | 2,5", "layers.PReLU() | 2,5", "layers.PReLU() | 2,5,4,3", "layers.PReLU(shared_axes=[1, 2]) | 2,5,4,3", "layers.ELU() | 2,5", "layers.Softmax() | 2,5", "layers.Softmax(axis=1) | 2,5,4",
        "layers.Add() | 2,5;2,5 | layer([a, b])", "layers.Add() | 2,5,4;2,1,4 | layer([a, b])", "layers.Subtract() | 2,5;2,5 | layer([a, b])", "layers.Multiply() | 2,5;2,5 | layer([a, b])", "layers.Average() | 2,5;2,5;2,5 | layer([a, b, c])", "layers.Maximum() | 2,5;2,1 | layer([a, b])", "layers.Minimum() | 2,5;2,5 | layer([a, b])", "layers.Concatenate() | 2,5;2,7 | layer([a, b])", "layers.Concatenate(axis=1) | 2,5,3;2,4,3 | layer([a, b])",
        "layers.Concatenate(-1) | 2,5,4,3;2,5,4,6;2,5,4,1 | layer([a, b, c])", "layers.Dot(axes=1) | 2,5;2,5 | layer([a, b])", "layers.Dot(axes=(2, 1)) | 2,5,3;2,3,7 | layer([a, b])", "layers.Dot(axes=(2, 2), normalize=True) | 2,5,3;2,7,3 | layer([a, b])", "layers.add([a, b]) | 2,5;2,5 | layer", "layers.concatenate([a, b], axis=1) | 2,5;2,3 | layer",
        "layers.Discretization(bin_boundaries=[0.1, 0.5]) | 2,5", "layers.CategoryEncoding(num_tokens=4, output_mode='one_hot') | 5:int32", "layers.TimeDistributed(layers.Dense(6)) | 2,5,10", "layers.TimeDistributed(layers.Conv2D(6, 3)) | 2,3,9,9,8", "layers.SpectralNormalization(layers.Dense(6)) | 3,10",
        "layers.Dense(20) | 10", "layers.Dense() | 3,10", "layers.Dense(-1) | 3,10", "layers.Dense(20, activation='softmx') | 3,10", "layers.Reshape((5, 5)) | 2,24", "layers.Reshape((-1, -1)) | 2,24", "layers.Permute((1, 2, 3)) | 2,5,3", "layers.Permute((0, 1)) | 2,5,3", "layers.RepeatVector(4) | 2,5,3", "layers.Add() | 2,5;2,4 | layer([a, b])", "layers.Add() | 2,5 | layer(a)", "layers.Concatenate() | 2,5;3,7 | layer([a, b])", "layers.Concatenate() | 2,5,3;2,4,3 | layer([a, b])",
        "layers.Concatenate(axis=1) | 2,5,3;2,4,4 | layer([a, b])", "layers.Dot(axes=1) | 2,5;2,4 | layer([a, b])", "layers.Subtract() | 2,5;2,5;2,5 | layer([a, b, c])", "layers.Dropout(1.5) | 2,5", "layers.Softmax(axis=4) | 2,5", "layers.TimeDistributed(layers.Dense(6)) | 2,10", "layers.Embedding(30) | 4,7:int32", "layers.EinsumDense('ab,bc->ac', output_shape=20) | 2,3,10",
    ]


def normalisations():
    return [
        "layers.BatchNormalization() | 2,5,4,8", "layers.BatchNormalization() | 2,8", "layers.BatchNormalization(axis=1) | 2,8,5,4", "layers.BatchNormalization(scale=False) | 2,5,4,8", "layers.BatchNormalization(center=False, scale=False) | 2,5,4,8", "layers.BatchNormalization(momentum=0.9, epsilon=1e-5) | 2,5,8", "layers.BatchNormalization(-1, 0.9) | 2,5,8", "layers.BatchNormalization(trainable=False) | 2,8", "layers.BatchNormalization(renorm=True) | 2,8",
        "layers.LayerNormalization() | 2,5,8", "layers.LayerNormalization(axis=[1, 2]) | 2,5,8", "layers.LayerNormalization(epsilon=1e-6, center=False) | 2,5,8", "layers.LayerNormalization(scale=False) | 2,5,8", "layers.LayerNormalization(rms_scaling=True) | 2,5,8", "layers.RMSNormalization() | 2,5,8", "layers.GroupNormalization(4) | 2,5,4,8", "layers.GroupNormalization(groups=2, scale=False) | 2,5,8", "layers.GroupNormalization(-1) | 2,5,4,8", "layers.GroupNormalization() | 2,5,4,32",
        "layers.UnitNormalization() | 2,8", "layers.Normalization(axis=-1) | 2,8", "layers.GroupNormalization(3) | 2,5,4,8", "layers.BatchNormalization(axis=4) | 2,8", "layers.LayerNormalization(axis=3) | 2,8", "layers.GroupNormalization(16) | 2,5,4,8",
    ]


RECURRENT = ["", "return_sequences=True", "return_state=True", "return_sequences=True, return_state=True", "use_bias=False", "go_backwards=True", "dropout=0.2, recurrent_dropout=0.1", "unroll=True", "activation='relu', return_sequences=True", "stateful=True"]


def recurrences():
    cases = []
    for name in ("SimpleRNN", "LSTM", "GRU"):
        cases += grid(f"{name}(20", SEQUENCE, RECURRENT) + [f"layers.{name}Cell(20) | {SEQUENCE} | layers.RNN(layer)(a)", f"layers.RNN(layers.{name}Cell(20), return_sequences=True) | {SEQUENCE}"]
        cases += [f"layers.Bidirectional(layers.{name}(20{inner}){outer}) | {SEQUENCE}" for inner in ("", ", return_sequences=True") for outer in ("", ", merge_mode='sum'")]
        cases += [f"layers.Bidirectional(layers.{name}(20, return_state=True)) | {SEQUENCE}", f"layers.Bidirectional(layers.{name}(20), merge_mode=None) | {SEQUENCE}", f"layers.{name}(20) | 3,10", f"layers.{name}() | {SEQUENCE}", f"layers.{name}(0) | {SEQUENCE}"]
        states = "[b, c]" if name == "LSTM" else "[b]"
        cases += [f"layers.{name}(20, return_sequences=True) | {SEQUENCE};3,20;3,20 | layer(a, initial_state={states})"]
    return cases + [
        "layers.GRU(20, reset_after=False) | 3,5,10", "layers.LSTM(20, unit_forget_bias=False) | 3,5,10", "layers.RNN([layers.LSTMCell(20), layers.LSTMCell(12)]) | 3,5,10", "layers.StackedRNNCells([layers.GRUCell(6), layers.GRUCell(7)]) | 3,5,10 | layers.RNN(layer, return_sequences=True)(a)", "layers.ConvLSTM2D(6, 3) | 2,4,9,9,3", "layers.ConvLSTM2D(6, 3, padding='same', return_sequences=True) | 2,4,9,9,3", "layers.ConvLSTM1D(6, 3) | 2,4,9,3",
        "layers.LSTM(20) | 3,5,10;3,16;3,16 | layer(a, initial_state=[b, c])", "layers.Bidirectional(layers.Dense(20)) | 3,5,10",
    ]


def attentions():
    head = "layers.MultiHeadAttention(num_heads=4, key_dim=8"
    return [
        f"{head}) | 2,7,32;2,9,32 | layer(a, b)", f"{head}) | 2,7,32 | layer(a, a)", f"{head}) | 2,7,32;2,9,32 | layer(a, b, return_attention_scores=True)", f"{head}, value_dim=6) | 2,7,32;2,9,32 | layer(a, b)", f"{head}, output_shape=10) | 2,7,32;2,9,32 | layer(a, b)", f"{head}, use_bias=False) | 2,7,32;2,9,12 | layer(a, b)", f"{head}, dropout=0.1) | 2,7,32;2,9,32;2,9,16 | layer(a, b, c)",
        f"{head}) | 2,7,32 | layer(a, a, use_causal_mask=True)", "layers.MultiHeadAttention(2, 16) | 2,7,30 | layer(query=a, value=a, key=a)", f"{head}, attention_axes=(1, 2)) | 2,3,5,32 | layer(a, a)", "layers.GroupQueryAttention(head_dim=8, num_query_heads=4, num_key_value_heads=2) | 2,7,32;2,9,32 | layer(a, b)", "layers.Attention() | 2,7,32;2,9,32 | layer([a, b])", "layers.Attention(use_scale=True) | 2,7,32;2,9,32;2,9,32 | layer([a, b, c])", "layers.Attention() | 2,7,32;2,9,32;2,9,12 | layer([a, c, b])",
        "layers.Attention(score_mode='concat') | 2,7,32;2,9,32 | layer([a, b])", "layers.AdditiveAttention() | 2,7,32;2,9,32 | layer([a, b])", "layers.AdditiveAttention(use_scale=False) | 2,7,32;2,9,32 | layer([a, b])", f"{head}) | 2,7,32 | layer(a)", "layers.MultiHeadAttention(4) | 2,7,32 | layer(a, a)", f"{head}) | 2,7,32;3,9,32 | layer(a, b)", "layers.Attention() | 2,7,32;2,9,30 | layer([a, b])", f"{head}) | 7,32 | layer(a, a)", "layers.Attention() | 2,7,32 | layer(a)",
    ]


MODELS = [
    "keras.Sequential([layers.Dense(20, activation='relu'), layers.Dense(5)]) | 3,10", "keras.Sequential([keras.Input((28, 28, 1)), layers.Conv2D(6, 5), layers.MaxPooling2D(), layers.Flatten(), layers.Dense(10)]) | 2,28,28,1", "keras.Sequential([layers.LSTM(20, return_sequences=True), layers.LSTM(8), layers.Dense(1)]) | 3,5,10", "keras.Sequential([layers.Embedding(30, 16), layers.GlobalAveragePooling1D(), layers.Dense(1, activation='sigmoid')]) | 4,7:int32",
    "keras.Sequential([layers.Conv2D(4, 3), layers.BatchNormalization(), layers.ReLU(), layers.Flatten()]) | 2,9,9,3", "keras.Sequential([layers.LSTM(20), layers.LSTM(8)]) | 3,5,10", "keras.Sequential([layers.Dense(20), layers.Conv2D(4, 3)]) | 3,10", "keras.Sequential([layers.Input((12,)), layers.Dense(5)]) | 3,10",
]

# Operators that models call directly.
OPERATORS = {
    "a=2,5,8;b=2,7,8;c=8,4": [
        "keras.ops.matmul(a, c)", "a @ c", "keras.ops.matmul(a, keras.ops.transpose(b, (0, 2, 1)))", "keras.ops.einsum('bid,bjd->bij', a, b)", "keras.ops.dot(a, c)", "keras.ops.tensordot(a, c, axes=1)", "keras.ops.concatenate([a, b], axis=1)", "keras.ops.stack([a, a], axis=1)", "keras.ops.reshape(a, (2, -1))", "keras.ops.reshape(a, (-1, 4, 10))", "keras.ops.transpose(a)", "keras.ops.transpose(a, axes=(1, 0, 2))", "keras.ops.expand_dims(a, 1)", "keras.ops.expand_dims(a, axis=-1)", "keras.ops.squeeze(keras.ops.expand_dims(a, 0), 0)", "keras.ops.swapaxes(a, 1, 2)", "keras.ops.moveaxis(a, 0, 2)",
        "keras.ops.sum(a)", "keras.ops.sum(a, axis=1)", "keras.ops.mean(a, axis=(0, 1), keepdims=True)", "keras.ops.max(a, axis=-1)", "keras.ops.argmax(a, axis=-1)", "keras.ops.softmax(a, axis=-1)", "keras.ops.relu(a)", "keras.ops.sigmoid(a)", "keras.ops.split(a, 2, axis=-1)", "keras.ops.split(b, [2, 3], axis=1)", "keras.ops.repeat(a, 2, axis=0)", "keras.ops.tile(a, (1, 2, 1))", "keras.ops.pad(a, ((0, 0), (1, 2), (0, 0)))", "keras.ops.shape(a)", "keras.ops.ones_like(a)", "keras.ops.zeros((2, 3))", "keras.ops.arange(5)", "keras.ops.broadcast_to(a, (3, 2, 5, 8))", "keras.ops.cast(a, 'int32')", "keras.ops.where(a > 0, a, 0.0)", "keras.ops.top_k(a, 3)[0]", "keras.ops.one_hot(keras.ops.argmax(a, -1), 8)",
        "keras.ops.take(c, keras.ops.arange(3), axis=0)", "keras.ops.norm(a, axis=-1)", "keras.ops.square(a)", "keras.ops.add(a, 1)", "keras.ops.multiply(a, a)", "a + a[:, :1]", "a[:, 0]", "a[..., :3]", "keras.ops.cumsum(a, axis=1)", "keras.ops.logsumexp(a, axis=1)", "keras.ops.linspace(0, 1, 5)", "keras.ops.eye(4)", "keras.ops.tril(keras.ops.ones((5, 5)))", "keras.ops.flip(a, 1)", "keras.ops.roll(a, 1, axis=1)", "keras.ops.var(a, axis=1)", "keras.ops.std(a)", "keras.ops.image.resize(keras.ops.ones((2, 8, 8, 3)), (16, 12))", "keras.ops.conv(keras.ops.ones((2, 8, 8, 3)), keras.ops.ones((3, 3, 3, 6)), padding='same')", "keras.ops.max_pool(keras.ops.ones((2, 8, 8, 3)), 2)",
        "keras.ops.matmul(a, b)", "keras.ops.concatenate([a, b], axis=2)", "keras.ops.reshape(a, (3, -1))", "keras.ops.stack([a, b])", "a + b", "keras.ops.transpose(a, (0, 1))", "keras.ops.split(a, 3, axis=-1)", "keras.ops.einsum('bid,bjd->bik', a, b)", "keras.ops.sum(a, axis=3)",
    ]
}


def layer_cases():
    return [*convolutions(), *poolings(), *dense_and_shapes(), *normalisations(), *recurrences(), *attentions(), *MODELS]
