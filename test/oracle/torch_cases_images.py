"""Cases of layers over axes of space: convolution, pooling, normalisation, padding, resampling.

A case is `constructor | inputs, separated by ; | call`, the call being `layer(a, b, …)` when left out.
"""

IMAGE = {1: "2,8,17", 2: "2,8,17,14", 3: "2,8,9,10,11"}
SINGLE = {1: "8,17", 2: "8,17,14", 3: "8,9,10,11"}


def grid(head, images, variants):
    return [f"{head}{', ' if extra else ''}{extra}) | {image}" for extra in variants for image in images]


CONVOLUTION = [
    "", "stride=2", "padding=1", "stride=2, padding=1", "dilation=2", "padding=2, dilation=2", "groups=2", "groups=4, bias=False",
    "bias=False", "padding='same'", "padding='same', dilation=2", "padding='valid'", "padding=1, padding_mode='circular'",
    "padding=1, padding_mode='reflect'", "padding=1, padding_mode='replicate'", "padding='same', padding_mode='circular'", "stride=3",
    "1", "2, 1",
]
TRANSPOSED = [
    "", "stride=2", "padding=1", "stride=2, padding=1", "stride=2, padding=1, output_padding=1", "dilation=2", "groups=2", "bias=False",
    "stride=3, output_padding=2", "stride=2, dilation=2, output_padding=1", "groups=4, bias=False",
]


def convolutions():
    cases = []
    for n in (1, 2, 3):
        cases += grid(f"nn.Conv{n}d(8, 16, 3", [IMAGE[n]], CONVOLUTION)
        cases += grid(f"nn.Conv{n}d(8, 4, 1", [IMAGE[n], SINGLE[n]], ["", "bias=False"])
        cases += grid(f"nn.Conv{n}d(8, 8, kernel_size=5", [IMAGE[n]], ["groups=8", "padding=2, groups=8", "stride=2, padding=2, groups=8, bias=False"])
        cases += grid(f"nn.Conv{n}d(8, 8, 4", [IMAGE[n]], ["padding='same'", "2, 1"])
        cases += grid(f"nn.ConvTranspose{n}d(8, 6, 3", [IMAGE[n]], [v for v in TRANSPOSED if "groups=4" not in v])
        cases += grid(f"nn.ConvTranspose{n}d(8, 16, 4", [IMAGE[n], SINGLE[n]], ["2, 1", "4", "groups=4, bias=False"])
        cases += [f"nn.LazyConv{n}d(6, 3) | {IMAGE[n]}", f"nn.LazyConvTranspose{n}d(6, 3, stride=2) | {IMAGE[n]}"]
    cases += [f"nn.Conv2d(8, 6, {extra}) | {IMAGE[2]}" for extra in [
        "(3, 5)", "(3, 5), stride=(2, 1)", "(3, 5), padding=(1, 2)", "(1, 7), padding=(0, 3)", "(7, 1), padding=(3, 0), bias=False", "(3, 5), dilation=(2, 1)",
        "(3, 5), padding='same'", "(2, 4), padding='same'", "[3, 3], [2, 2], [1, 1]", "kernel_size=(1, 1), stride=(2, 2)", "3, (2, 1), (1, 0), (1, 2)",
        "5, stride=(1, 2), padding=2, dilation=1, groups=2, bias=True, padding_mode='zeros'", "(3, 1), padding=(1, 0), padding_mode='reflect'",
    ]]
    cases += [
        "nn.Conv1d(8, 6, (3,), stride=(2,), padding=(1,)) | 2,8,17", "nn.Conv3d(8, 6, (1, 3, 3), padding=(0, 1, 1)) | 2,8,9,10,11",
        "nn.Conv3d(8, 6, (3, 1, 1), stride=(2, 1, 1)) | 2,8,9,10,11", "nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3, bias=False) | 8,3,224,224",
        "nn.Conv2d(3, 96, kernel_size=11, stride=4, padding=2) | 1,3,224,224", "nn.Conv2d(3, 768, kernel_size=16, stride=16) | 1,3,224,224",
        "nn.Conv2d(8, 16, 3, groups=8) | 2,8,17,14", "nn.Conv2d(8, 6, 3, dtype=torch.float64) | 2,8,17,14:float64", "nn.Conv2d(8, 6, 3, device='cpu') | 0,8,17,14",
        "nn.ConvTranspose2d(8, 6, (3, 5), stride=(2, 3), padding=(1, 0), output_padding=(1, 2)) | 2,8,7,6", "nn.ConvTranspose2d(100, 64, 4, 1, 0, bias=False) | 2,100,1,1",
        "nn.ConvTranspose2d(8, 6, 3, stride=2, padding=1) | 2,8,7,6 | layer(a, output_size=[14, 12])", "nn.ConvTranspose2d(8, 6, 3, stride=2, padding=1) | 2,8,7,6 | layer(a, output_size=(2, 6, 13, 12))",
        "nn.ConvTranspose2d(8, 6, 2, 2, 0, 0, 1, True, 1) | 2,8,7,6", "nn.ConvTranspose1d(8, 6, 4, stride=2, padding=1) | 2,8,7 | layer(a, output_size=[15])",
        # What torch refuses.
        "nn.Conv2d(4, 8, 3) | 2,8,17,14", "nn.Conv2d(8, 6, 20) | 2,8,17,14", "nn.Conv2d(8, 6, 3, groups=3) | 2,8,17,14", "nn.Conv2d(9, 6, 3, groups=4) | 2,9,17,14",
        "nn.Conv2d(8, 6, 3, padding='same', stride=2) | 2,8,17,14", "nn.Conv2d(8, 6, 3, padding='full') | 2,8,17,14", "nn.Conv2d(8, 6, 3, padding_mode='wrap') | 2,8,17,14",
        "nn.Conv2d(8, 6, 3) | 2,17", "nn.Conv2d(8, 6) | 2,8,17,14", "nn.Conv2d(8, 6, 3, dilation=9) | 2,8,17,14", "nn.Conv2d(8, 6, 3, stride=0) | 2,8,17,14",
        "nn.Conv2d(8, 6, 0) | 2,8,17,14", "nn.Conv2d(8, 6, 3, padding=-1) | 2,8,17,14", "nn.Conv1d(8, 6, 3) | 2,8,17,14", "nn.Conv3d(8, 6, 3) | 2,8",
        "nn.ConvTranspose2d(4, 6, 3) | 2,8,7,6", "nn.ConvTranspose2d(8, 6, 3, stride=2, output_padding=2) | 2,8,7,6", "nn.Conv2d(8, 6, (3, 3, 3)) | 2,8,17,14",
        "nn.ConvTranspose2d(8, 6, 3, stride=2) | 2,8,7,6 | layer(a, output_size=[40, 40])", "nn.Conv2d(8, 6, 3) | 2,8,17,14:int64", "nn.Conv2d(8, 6, 3, padding=1, padding_mode='reflect') | 2,8,1,1",
        "nn.ConvTranspose2d(8, 6, 3, padding=8) | 2,8,7,6", "nn.Conv2d(8, 6, 3, channels=2) | 2,8,17,14", "nn.Conv2d(8, 6, 3, bias=False) | 2,8,17,14 | layer(a, a)",
    ]
    return cases


POOLING = ["", "stride=1", "2, 1", "padding=1", "stride=2, padding=1", "ceil_mode=True", "stride=2, ceil_mode=True", "stride=3, padding=1, ceil_mode=True"]


def poolings():
    cases = []
    for n in (1, 2, 3):
        cases += grid(f"nn.MaxPool{n}d(3", [IMAGE[n]], [*POOLING, "dilation=2", "stride=2, dilation=2, padding=1, ceil_mode=True", "return_indices=True"])
        cases += grid(f"nn.AvgPool{n}d(3", [IMAGE[n]], [*POOLING, "count_include_pad=False"])
        cases += grid(f"nn.MaxPool{n}d(2", [IMAGE[n], SINGLE[n]], ["", "ceil_mode=True"])
        cases += grid(f"nn.LPPool{n}d(2, 3", [IMAGE[n]], ["", "stride=2", "ceil_mode=True"])
        for size in ("1", "4", "7"):
            cases += [f"nn.AdaptiveAvgPool{n}d({size}) | {IMAGE[n]}", f"nn.AdaptiveMaxPool{n}d({size}) | {IMAGE[n]}"]
        cases += [f"nn.AdaptiveAvgPool{n}d({size}) | {SINGLE[n]}" for size in (2, 20)]
        cases += [f"nn.AdaptiveMaxPool{n}d(3, return_indices=True) | {IMAGE[n]}"]
        cases += [f"nn.MaxUnpool{n}d(2) | {unpool} | layer(a, b)" for unpool in [";".join([IMAGE[n], IMAGE[n] + ":int64"])]]
    cases += [f"nn.{pool} | {IMAGE[2]}" for pool in [
        "MaxPool2d((2, 3))", "MaxPool2d((3, 2), stride=(2, 1), padding=(1, 0))", "MaxPool2d(kernel_size=[2, 2], stride=[2, 2])", "MaxPool2d(3, 2, 1, 1, False, True)", "AvgPool2d((2, 1))", "MaxPool2d(3, stride=None)",
        "AvgPool2d((2, 3), stride=(1, 2), padding=(0, 1), ceil_mode=True)", "AvgPool2d(2, divisor_override=3)", "AdaptiveAvgPool2d((7, None))", "AdaptiveAvgPool2d((None, 1))",
        "AdaptiveMaxPool2d((5, 3))", "AdaptiveAvgPool2d([1, 1])", "FractionalMaxPool2d(3, output_size=(5, 4))", "FractionalMaxPool2d(2, output_ratio=0.5)", "FractionalMaxPool2d(3, output_ratio=(0.5, 0.6))", "MaxPool2d(1)",
        # What torch refuses.
        "MaxPool2d(20)", "MaxPool2d(2, padding=2)", "AvgPool2d(2, padding=2)", "MaxPool1d(2)", "MaxPool3d(30)", "AvgPool2d(40)", "MaxPool2d(0)", "AdaptiveAvgPool2d()", "MaxPool2d()", "LPPool2d(2, 30)",
    ]]
    return [*cases, "nn.MaxPool2d(2) | 8,17", "nn.AvgPool1d(2) | 17", "nn.MaxPool1d(3, 2) | 17", "nn.AdaptiveAvgPool2d(1) | 17,3"]


def normalisations():
    cases = []
    for n in (1, 2, 3):
        cases += grid(f"nn.BatchNorm{n}d(8", [IMAGE[n]], ["", "affine=False", "track_running_stats=False", "momentum=None", "eps=1e-3, momentum=0.01", "affine=False, track_running_stats=False"])
        cases += grid(f"nn.InstanceNorm{n}d(8", [IMAGE[n]], ["", "affine=True", "track_running_stats=True", "affine=True, track_running_stats=True"])
        cases += [f"nn.LazyBatchNorm{n}d() | {IMAGE[n]}", f"nn.InstanceNorm{n}d(8) | {SINGLE[n]}"]
    return cases + [
        "nn.BatchNorm1d(8) | 4,8", "nn.BatchNorm1d(8, affine=False) | 4,8", "nn.SyncBatchNorm(8) | 2,8,5,5", "nn.GroupNorm(2, 8) | 2,8,5,5", "nn.GroupNorm(8, 8) | 2,8,5", "nn.GroupNorm(1, 8, affine=False) | 2,8",
        "nn.GroupNorm(num_groups=4, num_channels=8, eps=1e-6) | 2,8,5,5", "nn.LayerNorm(8) | 2,5,8", "nn.LayerNorm([5, 8]) | 2,5,8", "nn.LayerNorm((8,)) | 2,5,8", "nn.LayerNorm(8, elementwise_affine=False) | 2,8",
        "nn.LayerNorm(8, bias=False) | 2,5,8", "nn.LayerNorm(8, eps=1e-6) | 8", "nn.LayerNorm(torch.Size([3, 5, 8])) | 2,3,5,8", "nn.RMSNorm(8) | 2,5,8", "nn.RMSNorm([5, 8], eps=1e-6) | 2,5,8", "nn.RMSNorm(8, elementwise_affine=False) | 2,5,8",
        "nn.LocalResponseNorm(5) | 2,8,5,5", "nn.LocalResponseNorm(size=2, alpha=2e-5, beta=0.75, k=1.0) | 2,8,5", "nn.CrossMapLRN2d(5) | 2,8,5,5",
        # What torch refuses.
        "nn.BatchNorm2d(4) | 2,8,5,5", "nn.BatchNorm2d(8) | 2,8,5", "nn.BatchNorm1d(8) | 2,8,5,5", "nn.BatchNorm3d(8) | 2,8,5,5", "nn.GroupNorm(3, 8) | 2,8,5,5", "nn.GroupNorm(2, 8) | 2,6,5,5", "nn.LayerNorm(8) | 2,8,5",
        "nn.LayerNorm([8, 5]) | 2,5,8", "nn.RMSNorm(8) | 2,5", "nn.InstanceNorm2d(8) | 2,8", "nn.InstanceNorm2d(4, affine=True) | 2,8,5,5", "nn.GroupNorm(2, 8) | 8", "nn.InstanceNorm2d(4) | 2,8,5,5", "nn.BatchNorm2d() | 2,8,5,5",
    ]


def resampling():
    cases = []
    for n, name in ((1, "linear"), (2, "bilinear"), (3, "trilinear")):
        cases += [f"nn.Upsample(scale_factor=2) | {IMAGE[n]}", f"nn.Upsample(scale_factor=1.5) | {IMAGE[n]}", f"nn.Upsample(size=20) | {IMAGE[n]}"]
        cases += [f"nn.Upsample(scale_factor=2, mode='{name}') | {IMAGE[n]}", f"nn.Upsample(scale_factor=0.5, mode='{name}', align_corners=True) | {IMAGE[n]}"]
        pads = ", ".join(str(side) for side in range(1, 2 * n + 1))
        for kind in ("ZeroPad", "ReflectionPad", "ReplicationPad", "CircularPad"):
            cases += [f"nn.{kind}{n}d(2) | {IMAGE[n]}", f"nn.{kind}{n}d(({pads})) | {IMAGE[n]}"]
        cases += [f"nn.ConstantPad{n}d(2, 3.5) | {IMAGE[n]}", f"nn.ConstantPad{n}d(({pads}), 0) | {SINGLE[n]}"]
    return cases + [
        "nn.Upsample((20, 30)) | 2,8,17,14", "nn.Upsample(scale_factor=(2, 3)) | 2,8,17,14", "nn.Upsample(scale_factor=2, mode='bicubic') | 2,8,17,14", "nn.Upsample(scale_factor=2, mode='nearest-exact') | 2,8,17,14",
        "nn.Upsample(scale_factor=1.7, mode='bilinear', recompute_scale_factor=True) | 2,8,17,14", "nn.UpsamplingNearest2d(scale_factor=2) | 2,8,17,14", "nn.UpsamplingBilinear2d(size=(20, 30)) | 2,8,17,14",
        "nn.PixelShuffle(2) | 2,8,5,5", "nn.PixelShuffle(3) | 2,9,5,4", "nn.PixelShuffle(2) | 8,5,5", "nn.PixelUnshuffle(2) | 2,3,8,6", "nn.PixelUnshuffle(4) | 2,3,8,8", "nn.ChannelShuffle(2) | 2,8,5,5", "nn.ZeroPad2d((-1, -2, 3, 0)) | 2,8,17,14",
        "nn.Unfold(3) | 2,8,17,14", "nn.Unfold((2, 3), stride=2) | 2,8,17,14", "nn.Unfold(3, dilation=2, padding=1, stride=2) | 2,8,17,14", "nn.Unfold(kernel_size=(4, 4), stride=(4, 4)) | 8,16,16", "nn.Fold((8, 8), 2, stride=2) | 2,12,16",
        "nn.Fold(output_size=(6, 5), kernel_size=(2, 3)) | 2,18,15", "nn.Fold(8, 4, padding=2, stride=2) | 2,48,25", "nn.Flatten() | 2,8,17,14", "nn.Flatten(0) | 2,3,4", "nn.Flatten(2) | 2,8,17,14", "nn.Flatten(1, 2) | 2,8,17,14", "nn.Flatten(start_dim=-2) | 2,3,4",
        "nn.Flatten() | 7", "nn.Flatten(0) | ", "nn.Unflatten(1, (2, 4)) | 3,8,5", "nn.Unflatten(1, (2, -1)) | 3,8,5", "nn.Unflatten(-1, torch.Size([2, 2, 2])) | 3,8", "nn.Unflatten(dim=0, unflattened_size=[3, 1]) | 3,8",
        # What torch refuses.
        "nn.PixelShuffle(3) | 2,8,5,5", "nn.PixelUnshuffle(3) | 2,3,8,8", "nn.ChannelShuffle(3) | 2,8,5,5", "nn.Upsample(scale_factor=2, mode='bilinear') | 2,8,17", "nn.Upsample(scale_factor=2, mode='linear') | 2,8,17,14", "nn.Upsample() | 2,8,17,14",
        "nn.Upsample(size=(4, 4), scale_factor=2) | 2,8,17,14", "nn.ReflectionPad2d(14) | 2,8,17,14", "nn.Fold((8, 8), 2, stride=2) | 2,12,15", "nn.Fold((8, 8), 2, stride=2) | 2,13,16", "nn.Unfold(30) | 2,8,17,14", "nn.Unflatten(1, (3, 4)) | 3,8,5",
        "nn.Flatten(4) | 2,3", "nn.ZeroPad2d((-9, -9, 0, 0)) | 2,8,17,14", "nn.Flatten(2, 1) | 2,3,4", "nn.Unflatten(1, (3, -1)) | 3,8,5",
    ]


def image_cases():
    return [*convolutions(), *poolings(), *normalisations(), *resampling()]
