"""A variational autoencoder: the encoder answers a mean and a variance, the decoder paints from a sample."""

import torch
from torch import nn
from torch.nn import functional as F


class VAE(nn.Module):
    def __init__(self, in_channels=1, hidden_dims=(32, 64), latent_dim=20, image_size=28):
        super().__init__()
        self.small = image_size // 2 ** len(hidden_dims)
        self.last = hidden_dims[-1]

        encoder = []
        channels = in_channels
        for width in hidden_dims:
            encoder.append(
                nn.Sequential(
                    nn.Conv2d(channels, width, kernel_size=3, stride=2, padding=1),
                    nn.BatchNorm2d(width),
                    nn.LeakyReLU(0.2),
                )
            )
            channels = width
        self.encoder = nn.Sequential(*encoder)

        flat = self.last * self.small**2
        self.fc_mu = nn.Linear(flat, latent_dim)
        self.fc_logvar = nn.Linear(flat, latent_dim)
        self.fc_decode = nn.Linear(latent_dim, flat)

        widths = [*reversed(hidden_dims), in_channels]
        self.decoder = nn.ModuleList(
            nn.ConvTranspose2d(wide, narrow, kernel_size=3, stride=2, padding=1, output_padding=1)
            for wide, narrow in zip(widths[:-1], widths[1:])
        )

    def encode(self, x):
        h = torch.flatten(self.encoder(x), start_dim=1)
        return self.fc_mu(h), self.fc_logvar(h)

    def reparameterize(self, mu, logvar):
        std = torch.exp(0.5 * logvar)
        return mu + torch.randn_like(std) * std

    def decode(self, z):
        x = self.fc_decode(z).view(-1, self.last, self.small, self.small)
        for index, layer in enumerate(self.decoder):
            x = layer(x)
            x = F.leaky_relu(x, 0.2) if index < len(self.decoder) - 1 else torch.sigmoid(x)
        return x

    def forward(self, x):
        mu, logvar = self.encode(x)
        z = self.reparameterize(mu, logvar)
        return self.decode(z), mu, logvar


def loss_function(recon_x, x, mu, logvar):
    bce = F.binary_cross_entropy(recon_x, x, reduction="sum")
    kld = -0.5 * torch.sum(1 + logvar - mu.pow(2) - logvar.exp())
    return bce + kld


if __name__ == "__main__":
    vae = VAE()
    x = torch.rand(16, 1, 28, 28)
    recon, mu, logvar = vae(x)
    print(recon.shape, loss_function(recon, x, mu, logvar).item())
