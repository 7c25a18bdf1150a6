"""VGG: nothing but 3×3 convolutions and 2×2 pooling, stacked by a loop over a list."""

import torch
from torch import nn

CONFIGURATIONS = {
    "vgg11": [64, "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"],
    "vgg13": [64, 64, "M", 128, 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"],
    "vgg16": [64, 64, "M", 128, 128, "M", 256, 256, 256, "M", 512, 512, 512, "M", 512, 512, 512, "M"],
}


def make_features(configuration, batch_norm=False):
    layers = []
    in_channels = 3
    for step in configuration:
        if step == "M":
            layers.append(nn.MaxPool2d(kernel_size=2, stride=2))
            continue
        layers.append(nn.Conv2d(in_channels, step, kernel_size=3, padding=1))
        if batch_norm:
            layers.append(nn.BatchNorm2d(step))
        layers.append(nn.ReLU(inplace=True))
        in_channels = step
    return nn.Sequential(*layers)


class VGG(nn.Module):
    def __init__(self, name="vgg11", num_classes=1000, batch_norm=True, dropout=0.5):
        super().__init__()
        self.features = make_features(CONFIGURATIONS[name], batch_norm)
        self.pool = nn.AdaptiveAvgPool2d((7, 7))
        self.classifier = nn.Sequential(
            nn.Linear(512 * 7 * 7, 4096),
            nn.ReLU(inplace=True),
            nn.Dropout(dropout),
            nn.Linear(4096, 4096),
            nn.ReLU(inplace=True),
            nn.Dropout(dropout),
            nn.Linear(4096, num_classes),
        )

    def forward(self, images):
        x = self.features(images)
        x = self.pool(x)
        x = torch.flatten(x, 1)
        return self.classifier(x)


model = VGG("vgg11", num_classes=100)
scores = model(torch.randn(1, 3, 224, 224))
