"""Image captioning: a convolutional encoder turns a picture into a vector, an LSTM decoder turns that into words."""

import torch
import torch.nn as nn
from torch.nn.utils.rnn import pack_padded_sequence


class Encoder(nn.Module):
    def __init__(self, embed_size):
        super().__init__()
        stages = []
        widths = [3, 32, 64, 128, 256]
        for narrow, wide in zip(widths, widths[1:]):
            stages += [
                nn.Conv2d(narrow, wide, 3, stride=2, padding=1, bias=False),
                nn.BatchNorm2d(wide),
                nn.ReLU(),
            ]
        self.cnn = nn.Sequential(*stages)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.project = nn.Linear(widths[-1], embed_size)
        self.norm = nn.BatchNorm1d(embed_size, momentum=0.01)

    def forward(self, images):
        features = self.pool(self.cnn(images)).flatten(1)
        return self.norm(self.project(features))


class Decoder(nn.Module):
    def __init__(self, embed_size, hidden_size, vocab_size, num_layers=1):
        super().__init__()
        self.embed = nn.Embedding(vocab_size, embed_size, padding_idx=0)
        self.lstm = nn.LSTM(embed_size, hidden_size, num_layers, batch_first=True)
        self.linear = nn.Linear(hidden_size, vocab_size)

    def forward(self, features, captions):
        words = self.embed(captions)
        sequence = torch.cat((features.unsqueeze(1), words), dim=1)
        hidden, _ = self.lstm(sequence)
        return self.linear(hidden)

    def forward_packed(self, features, captions, lengths):
        words = self.embed(captions)
        sequence = torch.cat((features.unsqueeze(1), words), dim=1)
        packed = pack_padded_sequence(sequence, lengths, batch_first=True)
        hidden, _ = self.lstm(packed)
        return self.linear(hidden.data)


class Captioner(nn.Module):
    def __init__(self, vocab_size, embed_size=256, hidden_size=512, num_layers=2):
        super().__init__()
        self.encoder = Encoder(embed_size)
        self.decoder = Decoder(embed_size, hidden_size, vocab_size, num_layers)

    def forward(self, images, captions):
        return self.decoder(self.encoder(images), captions)

    @torch.no_grad()
    def caption(self, image, max_length=20):
        word = self.encoder(image).unsqueeze(1)
        state, words = None, []
        for _ in range(max_length):
            hidden, state = self.decoder.lstm(word, state)
            index = self.decoder.linear(hidden.squeeze(1)).argmax(dim=1)
            words.append(index)
            word = self.decoder.embed(index).unsqueeze(1)
        return torch.stack(words, dim=1)


def main():
    model = Captioner(vocab_size=5000)
    images = torch.randn(4, 3, 224, 224)
    captions = torch.randint(0, 5000, (4, 19))
    scores = model(images, captions)
    print(scores.shape)


if __name__ == "__main__":
    main()
