/** All subjects, in the order of the notes. A new one is a line here, its page and its own file. */
import { auxiliaryClassifiers } from "./convolution/auxiliary-classifiers.ts"
import { basicCnn } from "./convolution/basic-cnn.ts"
import { bilinearUpsampling } from "./convolution/bilinear-upsampling.ts"
import { convolution } from "./convolution/convolution.ts"
import { depthwiseSeparable } from "./convolution/depthwise-separable.ts"
import { inceptionBlock } from "./convolution/inception-block.ts"
import { poolingAndStride } from "./convolution/pooling-and-stride.ts"
import { shortcuts } from "./convolution/shortcuts.ts"
import { transposedConvolution } from "./convolution/transposed-convolution.ts"
import { whatFiltersLearn } from "./convolution/what-filters-learn.ts"
import { activationMaps } from "./detection/activation-maps.ts"
import { maskRcnn } from "./detection/mask-rcnn.ts"
import { intersectionOverUnion } from "./detection/intersection-over-union.ts"
import { activationFunctions } from "./foundations/activation-functions.ts"
import { deepNetwork } from "./foundations/deep-network.ts"
import { dropout } from "./foundations/dropout.ts"
import { fullyConnected } from "./foundations/fully-connected.ts"
import { lossPairing } from "./foundations/loss-pairing.ts"
import { lstm } from "./sequences/lstm.ts"
import { gru } from "./sequences/gru.ts"
import { recurrentNetwork } from "./sequences/recurrent-network.ts"
import { encoderDecoder } from "./sequences/encoder-decoder.ts"
import { sequenceToSequence } from "./sequences/sequence-to-sequence.ts"
import { timeSeries } from "./sequences/time-series.ts"
import { imageCaptioner } from "./sequences/image-captioner.ts"
import { gates } from "./sequences/gates.ts"
import { vectorToSequence } from "./sequences/vector-to-sequence.ts"
import { sequenceToVector } from "./sequences/sequence-to-vector.ts"
import { fewShot } from "./few-examples/few-shot.ts"
import { siamese } from "./few-examples/siamese.ts"
import { capsules } from "./few-examples/capsules.ts"
import { attention } from "./attention/attention.ts"
import { positionalEncoding } from "./attention/positional-encoding.ts"
import { transformer } from "./attention/transformer.ts"
import { encoderBlock } from "./attention/encoder-block.ts"
import { decoderBlock } from "./attention/decoder-block.ts"
import { bert } from "./attention/bert.ts"
import { gpt } from "./attention/gpt.ts"
import { xlnet } from "./attention/xlnet.ts"
import { autoencoder } from "./generative/autoencoder.ts"
import { variationalAutoencoder } from "./generative/variational-autoencoder.ts"
import { gan } from "./generative/gan.ts"
import { dcgan } from "./generative/dcgan.ts"
import { conditionalGan } from "./generative/conditional-gan.ts"
import { infogan } from "./generative/infogan.ts"
import { cogan } from "./generative/cogan.ts"
import { wgan } from "./generative/wgan.ts"
import { cyclegan } from "./generative/cyclegan.ts"
import type { Subject } from "./subject.ts"

export const SUBJECTS: readonly Subject[] = [
  deepNetwork,
  activationFunctions,
  fullyConnected,
  dropout,
  lossPairing,
  convolution,
  poolingAndStride,
  basicCnn,
  whatFiltersLearn,
  depthwiseSeparable,
  inceptionBlock,
  auxiliaryClassifiers,
  shortcuts,
  bilinearUpsampling,
  transposedConvolution,
  intersectionOverUnion,
  activationMaps,
  maskRcnn,
  lstm,
  gru,
  recurrentNetwork,
  encoderDecoder,
  sequenceToSequence,
  timeSeries,
  imageCaptioner,
  gates,
  vectorToSequence,
  sequenceToVector,
  attention,
  positionalEncoding,
  transformer,
  encoderBlock,
  decoderBlock,
  bert,
  gpt,
  xlnet,
  fewShot,
  autoencoder,
  variationalAutoencoder,
  gan,
  dcgan,
  cogan,
  conditionalGan,
  infogan,
  wgan,
  cyclegan,
  siamese,
  capsules,
]

export const subjectOf = (id: string): Subject | undefined => SUBJECTS.find((subject) => subject.id === id)
