export type DatasetSplit = 'train' | 'test';

/** A published file: 28×28 images or their labels. */
export interface ImageSetFile {
  /** Without `.gz`. */
  name: string;
  /** Bytes when unpacked. */
  size: number;
  /** The checksum of the unpacked bytes or, if only that is published, of the gzip file. */
  sha256: { raw: string } | { gzip: string };
}

export interface ImageSet {
  /** Also the name of the folder. */
  name: string;
  /** Folders of URLs, tried in this order. */
  mirrors: readonly string[];
  classNames: readonly string[];
  files: Record<DatasetSplit, { images: ImageSetFile; labels: ImageSetFile }>;
}

/** LeCun, Cortes & Burges. Checksums of the unpacked files. */
export const mnist: ImageSet = {
  name: 'mnist',
  mirrors: [
    'https://storage.googleapis.com/cvdf-datasets/mnist/',
    'https://ossci-datasets.s3.amazonaws.com/mnist/',
  ],
  classNames: [...'0123456789'],
  files: files((sha256) => ({ raw: sha256 }), {
    trainImages: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
    trainLabels: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
    testImages: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
    testLabels: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
  }),
};

/**
 * Xiao, Rasul & Vollgraf 2017. Checksums of the gzip files, as TensorFlow Datasets states them
 * (github.com/tensorflow/datasets, tensorflow_datasets/url_checksums/fashion_mnist.txt) and
 * torchvision too (github.com/pytorch/vision, torchvision/prototype/datasets/_builtin/mnist.py).
 */
export const fashionMnist: ImageSet = {
  name: 'fashion-mnist',
  mirrors: [
    'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/',
    'https://storage.googleapis.com/tensorflow/tf-keras-datasets/',
  ],
  classNames: [
    'T-shirt/top',
    'Trouser',
    'Pullover',
    'Dress',
    'Coat',
    'Sandal',
    'Shirt',
    'Sneaker',
    'Bag',
    'Ankle boot',
  ],
  files: files((sha256) => ({ gzip: sha256 }), {
    trainImages: '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84',
    trainLabels: 'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845',
    testImages: '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073',
    testLabels: '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5',
  }),
};

/**
 * Kuzushiji-MNIST, Clanuwat et al. 2018. Checksums of the gzip files, as TensorFlow Datasets
 * states them (tensorflow_datasets/url_checksums/kmnist.txt) and torchvision too (as above).
 */
export const kmnist: ImageSet = {
  name: 'kmnist',
  mirrors: ['https://codh.rois.ac.jp/kmnist/dataset/kmnist/'],
  classNames: ['o', 'ki', 'su', 'tsu', 'na', 'ha', 'ma', 'ya', 're', 'wo'],
  files: files((sha256) => ({ gzip: sha256 }), {
    trainImages: '51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4',
    trainLabels: 'e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17',
    testImages: 'edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5',
    testLabels: '20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c',
  }),
};

type Names = 'trainImages' | 'trainLabels' | 'testImages' | 'testLabels';

function files(of: (sha256: string) => ImageSetFile['sha256'], sums: Record<Names, string>) {
  const images = (prefix: string, rows: number, sum: string): ImageSetFile => ({
    name: `${prefix}-images-idx3-ubyte`,
    size: 16 + rows * 28 * 28,
    sha256: of(sum),
  });
  const labels = (prefix: string, rows: number, sum: string): ImageSetFile => ({
    name: `${prefix}-labels-idx1-ubyte`,
    size: 8 + rows,
    sha256: of(sum),
  });
  return {
    train: {
      images: images('train', 60_000, sums.trainImages),
      labels: labels('train', 60_000, sums.trainLabels),
    },
    test: {
      images: images('t10k', 10_000, sums.testImages),
      labels: labels('t10k', 10_000, sums.testLabels),
    },
  };
}
