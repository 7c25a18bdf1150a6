# Modules of PyTorch Lightning; `lightning.test.ts` compares what they measure with and without the package.
import torch
from torch import nn
import torch.nn.functional as F
import pytorch_lightning as pl
from lightning.pytorch import LightningModule as LM
import lightning as L

class LitNet(pl.LightningModule):
    def __init__(self, hidden=64, classes=10, lr=1e-3):
        super().__init__()
        self.save_hyperparameters()
        self.example_input_array = torch.zeros(4, 1, 28, 28)
        self.encoder = nn.Sequential(nn.Flatten(), nn.Linear(28 * 28, self.hparams.hidden), nn.ReLU())
        self.head = nn.Linear(self.hparams["hidden"], self.hparams.classes)
    def forward(self, x):
        return self.head(self.encoder(x))
    def training_step(self, batch, batch_idx):
        x, y = batch
        loss = F.cross_entropy(self(x), y)
        self.log("train_loss", loss, prog_bar=True)
        return loss
    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=self.hparams.lr)

class Second(LM):
    def __init__(self, width: int = 8, **kwargs):
        super().__init__()
        self.save_hyperparameters(ignore=["kwargs"])
        self.body = nn.Conv2d(3, self.hparams.width, 3)
        self.to_be = nn.Linear(1, 1).to(self.device)
    def forward(self, x):
        return self.body(x.to(self.device))

class Data(L.LightningDataModule):
    def __init__(self, batch_size=32):
        super().__init__()
        self.save_hyperparameters()
    def setup(self, stage=None):
        self.train = None
    def train_dataloader(self):
        return torch.utils.data.DataLoader(self.train, batch_size=self.hparams.batch_size)

class Wrap(L.LightningModule):
    def __init__(self, net, cfg):
        super().__init__()
        self.save_hyperparameters(cfg)
        self.net = net
        self.last = nn.Linear(10, self.hparams.out)
    def forward(self, x):
        return self.last(self.net(x))

def whole():
    pl.seed_everything(1)
    model = LitNet(hidden=32)
    trainer = pl.Trainer(max_epochs=3, callbacks=[pl.callbacks.ModelCheckpoint(monitor="val")], fast_dev_run=True)
    return model
