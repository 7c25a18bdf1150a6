"""Really runs models of the pinned torchvision and writes what they measure to `torchvision.json`."""

import sys
from pathlib import Path

import torch

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "oracle"))

from model_json import write_models
from torch_model import measure_model

CLASSIFIERS = ["alexnet", "vgg16", "resnet50", "googlenet", "densenet121", "mobilenet_v2", "vit_b_16"]
PHOTO = ["1,3,224,224"]

# entry, inputs; a detector's outputs depend on data, so that only its parameters are measured
JOBS = [
    *((f"torchvision.models.{name}()", PHOTO) for name in CLASSIFIERS),
    ("torchvision.models.inception_v3()", ["1,3,299,299"]),
    ("torchvision.models.resnet50(num_classes=10)", ["2,3,128,160"]),
    ("torchvision.models.detection.maskrcnn_resnet50_fpn(weights=None, weights_backbone=None)", []),
]


def import_torchvision():
    """The wheel's compiled operators want CUDA's libraries. Where these are missing, the two that importing needs are declared."""
    library = torch.library.Library("torchvision", "DEF")
    try:
        library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    except RuntimeError:
        pass  # They are there: the compiled operators did load.
    import torchvision

    return torchvision, library


def main():
    torchvision, _library = import_torchvision()
    models = [{"entry": entry, **measure_model(eval(entry, {"torchvision": torchvision}), inputs)} for entry, inputs in JOBS]
    versions = f"executed torch {torch.__version__.split('+')[0]}, torchvision {torchvision.__version__.split('+')[0]}"
    write_models(HERE / "torchvision.json", versions, models)


if __name__ == "__main__":
    main()
