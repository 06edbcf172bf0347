/**
 * Generated from squeezeviz/explorer/protocol and explorer/selection.py: make protocol
 *
 * Every message between the page and the kernel, and the traits that both hold.
 *
 * @typedef {object} ClassName A class and what it is called.
 * @property {number} class_index Its index.
 * @property {string} label Its name.
 *
 * @typedef {object} Similar A channel like another.
 * @property {number} channel Its index.
 * @property {number} correlation Of their maxima over the data set.
 *
 * @typedef {object} TopExample A top-activating example: one of a channel's strongest cells in a data set.
 * @property {string} photo The photo's name there.
 * @property {number} value The cell's.
 * @property {[number, number]} cell Its place.
 * @property {[number, number, number, number]} within What to mark in its crop, as shares of it: left, top, right, bottom.
 *
 * @typedef {object} ActivatingChannel A channel that activates on a class.
 * @property {string} layer Its layer.
 * @property {number} channel Its index.
 * @property {number} standing How far it stands out for the class.
 *
 * @typedef {object} ChannelAdds What a channel adds to a logit.
 * @property {number} channel Its index.
 * @property {number} adds In logits.
 *
 * @typedef {object} Branch What a branch adds to a logit.
 * @property {string} name The layer that it ends with.
 * @property {number} adds In logits.
 *
 * @typedef {object} Needed Logits that probabilities take.
 * @property {number | null} half For 0.5, whatever the others are; None where logits may be below 0.
 * @property {number} here For 0.5 against the others as they are.
 *
 * @typedef {object} SoftmaxAnalysis What a class's probability takes.
 * @property {number} zero Classes with a logit of 0.
 * @property {number} count Of all classes.
 * @property {number} floor What those with a logit of 0 take together.
 * @property {Needed} needed For one half.
 *
 * @typedef {object} Contrast One class less another.
 * @property {string} source That layer.
 * @property {ChannelAdds[]} channels The largest.
 * @property {number} rest The others together.
 * @property {number} bias Of the class.
 * @property {number} contrast_class The other.
 * @property {number} difference Of their logits.
 * @property {number} residual The difference less its cells.
 *
 * @typedef {object} Evidence Why a class has its logit.
 * @property {string} source That layer.
 * @property {ChannelAdds[]} channels The largest.
 * @property {number} rest The others together.
 * @property {number} bias Of the class.
 * @property {number} class_index The class.
 * @property {number} logit Its logit.
 * @property {number} residual The logit less its cells.
 * @property {[number, number]} shape Of the map: height, width.
 * @property {number} count Of channels.
 * @property {Branch[]} branches Of the layer before the class activation maps; of the difference where there is a contrast class.
 * @property {SoftmaxAnalysis} softmax What its probability takes.
 * @property {Contrast | null} contrast The class less another, if one was asked for.
 *
 * @typedef {object} PathWidth What came along paths of one receptive field.
 * @property {[number, number]} size Height and width, in input pixels.
 * @property {number} adds In logits.
 *
 * @typedef {object} ReceptiveFieldContributions A logit by receptive field of the path.
 * @property {PathWidth[]} sizes Ascending.
 * @property {number} bias Of the class.
 *
 * @typedef {object} Term One term of a number.
 * @property {string} layer The number that it is of: a layer's, the network's input's, the resized photo's or the photo's.
 * @property {number} channel Its channel.
 * @property {[number, number]} cell Its place.
 * @property {number} weight What it is multiplied by.
 * @property {number} value It.
 * @property {number} product Both together.
 *
 * @typedef {object} Calculation How a number comes about.
 * @property {string} layer Whose it is, as `Term` has it.
 * @property {number} channel Its channel.
 * @property {[number, number]} cell Its place.
 * @property {"sum" | "max" | "mean" | "copy" | "product" | "softmax" | "function" | "scaling" | "blend"} kind What is made of the terms.
 * @property {number} value It.
 * @property {number} bias Added to the terms.
 * @property {boolean} has_relu Whether what is below zero then becomes zero.
 * @property {number} total Bias and terms together, before ReLU.
 * @property {string} formula Of a function, such as "1 / (1 + e^−x)"; else empty.
 * @property {number} residual What the value is more than that: rounding.
 * @property {Term[]} terms The largest.
 * @property {number} remainder What the others add.
 * @property {number} count Of all terms.
 *
 * @typedef {object} Preset A preprocessing on offer.
 * @property {string} name What it is called.
 * @property {string} words What it does, in a line.
 * @property {string} origin Where it comes from.
 * @property {Record<string, any>} preprocessing It as plain data; preprocessing/description.py says what each field means.
 *
 * @typedef {object} OfferedModel A model known by name.
 * @property {string} name What it is called.
 * @property {string} label_space What it knows, in a few words.
 *
 * @typedef {object} OfferedSample A sample photo.
 * @property {string} name What it is asked for by.
 * @property {string} title What it shows.
 * @property {string} credit Whose it is.
 * @property {boolean} is_drawn Whether it is a drawing rather than a photo.
 *
 * @typedef {object} AtlasAbout The data set that channels are shown across.
 * @property {string} name Of its folder.
 * @property {number} photos How many it has.
 * @property {number[]} classes Those that it shows, by index.
 *
 * @typedef {object} Fallback Why a model stands in for another.
 * @property {string} headline In a line.
 * @property {string} details What to do about it, and the reason.
 *
 * @typedef {object} LayerWindow How a layer's window moves over its input, in the input's cells.
 * @property {[number, number]} kernel Places down and to the right.
 * @property {[number, number]} strides Between neighbouring cells of the layer, down and to the right.
 * @property {[number, number]} dilations Between neighbouring places, down and to the right.
 * @property {[number, number, number, number]} pads Padding above, left, below and right.
 *
 * @typedef {object} Layer A layer, as `squeezeviz.Layer.to_dict` has it.
 * @property {string} name Published name.
 * @property {string} kind What people call its operator.
 * @property {number[]} shape Of its activation: channels, height, width; or classes.
 * @property {string[]} inputs Names of the layers it reads.
 * @property {number} parameters Learned numbers, biases included.
 * @property {number} macs Multiply-accumulates.
 * @property {number} operations Everything counted.
 * @property {[number, number] | null} receptive_field Height and width of all paths together, in input pixels; None where not known.
 * @property {[number, number][]} receptive_fields Heights and widths of all paths, ascending, in input pixels; empty where not known.
 * @property {boolean} sees_all Whether every cell hangs on the whole input.
 * @property {[number, number] | null} stride Input pixels between neighbouring cells, down and right; None where not known.
 * @property {[number, number] | null} offset Input coordinates, y and x, of the centre of cell 0, 0; pixel centres are whole numbers. None where not known.
 * @property {[number, number] | null} kernel Height and width of the window.
 * @property {LayerWindow | null} window How it moves over the layer's first input.
 * @property {string | null} module The Fire module it belongs to.
 * @property {"squeeze" | "expand1x1" | "expand3x3" | "concat" | null} branch Which part of that it is.
 * @property {string | null} pre_relu Name of the value before ReLU.
 * @property {string} raw_name What the file calls its activation.
 *
 * @typedef {object} Block Layers that people draw as one, as `squeezeviz.Block.to_dict` has it.
 * @property {string} name Of its module, or its kind and number, or its first and last layer.
 * @property {"fire" | "residual" | "bottleneck" | "inverted residual" | "inception" | "dense layer" | "transition" | "shuffle unit" | "depthwise separable" | "plain" | "branched"} kind What people call it.
 * @property {string[]} layers Names of its layers, in execution order; every layer is in one block.
 * @property {string[][]} branches What runs side by side between fork and join; empty for a shortcut. None of them where nothing forks.
 * @property {string | null} join Name of the layer that joins the branches.
 * @property {string[]} inputs Names of the blocks it reads; the network's input for the first.
 * @property {string} output Name of the layer that other blocks read.
 * @property {string | null} group The dense block of a dense layer.
 *
 * @typedef {object} Label A class.
 * @property {string} label Its name.
 * @property {string} wnid Its WordNet id; empty where it has none.
 * @property {string[]} also Its other names.
 *
 * @typedef {object} Times What an answer took, in milliseconds; empty where that is of no interest.
 * @property {number | null} decode Reading the photo.
 * @property {number | null} preprocess Preprocessing.
 * @property {number | null} run The network.
 *
 * @typedef {object} Maps How a layer's activation travels.
 * @property {string} layer Its name.
 * @property {[number, number, number]} shape Channels, height, width.
 * @property {"float16" | "steps" | "float32"} encoding Of its values: "float16", to be multiplied by `scale`; "steps", uint8, of 1/255 of each channel's largest value; or "float32".
 * @property {number} scale A power of two.
 *
 * @typedef {object} Variant The class ranked first in one preprocessing.
 * @property {string} preset The preprocessing.
 * @property {string} origin Where it comes from.
 * @property {number} class_index The class.
 * @property {string} label Its name.
 * @property {number} probability Its probability.
 *
 * @typedef {object} AcrossMessage One channel over a data set; dataset/atlas/reading.py says what each is.
 * @property {"across"} kind
 * @property {string} id Of the request that it answers; empty where nobody has asked.
 * @property {string} layer Its layer.
 * @property {number} channel Its index.
 * @property {string} preset How the photos were preprocessed.
 * @property {number} photos How many there are.
 * @property {number} active_photos In how many of them it is above zero anywhere.
 * @property {number} zeros Share of its cells that are exactly 0.
 * @property {number[]} edges Of the histogram.
 * @property {number[]} peaks Photos whose largest value lies between two edges.
 * @property {number | null} selectivity For its first class.
 * @property {ClassName[]} classes Those that it activates on more than half as much as to the first of them.
 * @property {Similar[]} similar Channels most like it.
 * @property {TopExample[]} strongest Its strongest cells.
 * @property {{crops?: Record<string, DataView>}} buffers `crops`: What those see, a JPEG file each, by their place in that list.
 *
 * @typedef {object} ActivatingChannelsMessage The channels that activate on a class, over a data set.
 * @property {"activating_channels"} kind
 * @property {string} id Of the request that it answers; empty where nobody has asked.
 * @property {number} class_index The class.
 * @property {number} photos How many show it.
 * @property {ActivatingChannel[]} rows The channels, those first that stand out most.
 *
 * @typedef {object} EvidenceMessage Why a class has its logit, and what decides between it and another.
 * @property {"evidence"} kind
 * @property {string} id Of the request that it answers; empty where nobody has asked.
 * @property {Evidence} evidence Both, in numbers.
 * @property {{cells: DataView, contrast_cells?: DataView}} buffers `cells`: What each cell adds to the logit, float32 (H, W). `contrast_cells`: What each adds to the difference, the same.
 *
 * @typedef {object} ReceptiveFieldMessage A logit, or the difference of two, by receptive field.
 * @property {"receptive_field"} kind
 * @property {string} id Of the request that it answers; empty where nobody has asked.
 * @property {ReceptiveFieldContributions} contributions What came along paths of each.
 *
 * @typedef {object} PerLocationMessage What each cell alone would have answered.
 * @property {"per_location"} kind
 * @property {string} id Of the request that it answers; empty where nobody has asked.
 * @property {{classes: DataView, probabilities: DataView}} buffers `classes`: Its five most probable ones, uint16 (cells, 5). `probabilities`: Theirs, float32 (cells, 5).
 *
 * @typedef {object} FileMessage A file for whoever asked, to be kept.
 * @property {"file"} kind
 * @property {string} id Of the request that it answers; empty where nobody has asked.
 * @property {string} name Of the file.
 * @property {string} type Its media type.
 * @property {{file: DataView}} buffers `file`: Its content.
 *
 * @typedef {object} TensorMessage One layer's activation of one photo.
 * @property {"tensor"} kind
 * @property {string} layer Its name.
 * @property {[number, number, number]} shape Channels, height, width.
 * @property {"float16" | "steps" | "float32"} encoding Of its values: "float16", to be multiplied by `scale`; "steps", uint8, of 1/255 of each channel's largest value; or "float32".
 * @property {number} scale A power of two.
 * @property {string} id Of the request that it answers; empty where nobody has asked.
 * @property {string} photo The photo.
 * @property {string} model The model to run, from `squeezeviz.load_model`.
 * @property {string} preset What the page calls the preprocessing.
 * @property {number} kernel_ms What the kernel took over it.
 * @property {{values: DataView, statistics: DataView}} buffers `values`: (C, H, W); see `Maps`. `statistics`: The channels' maxima, means and shares of zeros, in full precision, float32 (3, C).
 *
 * @typedef {object} WeightsMessage A convolution's kernels.
 * @property {"weights"} kind
 * @property {string} id Of the request that it answers; empty where nobody has asked.
 * @property {string} model The model to run, from `squeezeviz.load_model`.
 * @property {string} layer The convolution.
 * @property {[number, number, number, number]} shape Out, in, height, width.
 * @property {{kernels: DataView, bias: DataView}} buffers `kernels`: float32, of that shape. `bias`: float32 (out,).
 *
 * @typedef {object} CalculationMessage How one number comes about.
 * @property {"calculation"} kind
 * @property {string} id Of the request that it answers; empty where nobody has asked.
 * @property {string} photo The photo.
 * @property {string} model The model to run, from `squeezeviz.load_model`.
 * @property {string} preset The preprocessing in use.
 * @property {Calculation} calculation The number.
 *
 * @typedef {object} SettingMessage What the kernel offers.
 * @property {"setting"} kind
 * @property {string} id Of the request that it answers; empty where nobody has asked.
 * @property {Preset[]} presets Preprocessings.
 * @property {OfferedModel[]} models Models known by name.
 * @property {OfferedSample[]} samples Sample photos.
 * @property {number} limit_bytes Larger files are not sent.
 * @property {string[]} abilities What the host can do: "upload", "models", …; views show no more.
 * @property {AtlasAbout | null} atlas The data set that channels are shown across, if any.
 * @property {{pictures?: Record<string, DataView>}} buffers `pictures`: A small picture of each sample, by its name: JPEG files.
 *
 * @typedef {object} ModelMessage The model that answers, what it is made of and what it knows, and whether it stands in for another.
 * @property {"model"} kind
 * @property {string} id Of the request that it answers; empty where nobody has asked.
 * @property {string} name Empty while there is none.
 * @property {string | null} error Why the one asked for does not answer; what is said is then of the one before, if any.
 * @property {string} label_space What it knows, in a few words.
 * @property {boolean} is_drawn Whether it knows drawings only.
 * @property {string} preprocessing Name of its own preprocessing.
 * @property {Fallback | null} fallback Why it stands in for another.
 * @property {[number, number, number]} input Channels, height, width.
 * @property {Layer[]} layers The layer table.
 * @property {Block[]} blocks Its layers grouped as people draw them, each block behind those it reads.
 * @property {string} logits Name of the layer whose values go into the softmax.
 * @property {Label[]} labels Its classes, by index.
 *
 * @typedef {object} PhotoMessage A photo that has been answered: its pictures, every logit, and what is said of it. Its id is the photo's.
 * @property {"photo"} kind
 * @property {string} id Of the request that it answers; empty where nobody has asked.
 * @property {string} name The photo's.
 * @property {string} model The model that this answer is of.
 * @property {string} preset The preprocessing that it belongs to.
 * @property {[number, number]} size Width and height of the original, in pixels.
 * @property {[number, number, number, number]} visible What the network sees of it: left, top, right, bottom, as shares of it; beyond 0 and 1 lies padding.
 * @property {[number, number, number]} input Channels, height, width of what the network gets.
 * @property {Layer[] | null} layers The layer table, where the input is not of the model's own size: the maps are not, either.
 * @property {string} preprocessing_words How it was preprocessed, in words.
 * @property {string[]} notes What reading it took, in words.
 * @property {string} caution Why not to believe the answer; empty as a rule.
 * @property {Record<string, number>} rms_activation Layer → root mean square of its activation.
 * @property {Times} times What it took.
 * @property {{original: DataView, seen: DataView, logits: DataView}} buffers `original`: The photo scaled down, a JPEG file. `seen`: The input tensor mapped back to a picture, a PNG file. `logits`: Every class's, float32.
 *
 * @typedef {object} FrameMessage A frame that has been answered, of the camera or of a photo that is painted on: all that the page draws of it. The page has the frame itself: it sent it.
 * @property {"frame"} kind
 * @property {string} id Of the request that it answers; empty where nobody has asked.
 * @property {string} name The photo's.
 * @property {string} model The model that this answer is of.
 * @property {string} preset The preprocessing that it belongs to.
 * @property {[number, number]} size Width and height of the original, in pixels.
 * @property {[number, number, number, number]} visible What the network sees of it: left, top, right, bottom, as shares of it; beyond 0 and 1 lies padding.
 * @property {[number, number, number]} input Channels, height, width of what the network gets.
 * @property {Layer[] | null} layers The layer table, where the input is not of the model's own size: the maps are not, either.
 * @property {string} preprocessing_words How it was preprocessed, in words.
 * @property {string[]} notes What reading it took, in words.
 * @property {string} caution Why not to believe the answer; empty as a rule.
 * @property {Record<string, number>} rms_activation Layer → root mean square of its activation.
 * @property {Times} times What it took.
 * @property {string} photo Id of the photo that the frame is one state of.
 * @property {number} kernel_ms What the kernel took over it.
 * @property {[number, number]} seen_size Width and height of what the network sees of it.
 * @property {Maps[]} tensors The layers that the page looks at.
 * @property {{logits: DataView, seen: DataView, values?: Record<string, DataView>, statistics?: Record<string, DataView>}} buffers `logits`: Every class's, float32. `seen`: What the network sees of it, uint8 (height, width, 3), RGB. `values`: Of each layer, by its name; see `Maps`. `statistics`: Of each layer, by its name: its channels' maxima, means and shares of zeros, float32 (3, C).
 *
 * @typedef {object} PixelsMessage A photo's own pixels, to be painted on.
 * @property {"pixels"} kind
 * @property {string} id Of the request that it answers; empty where nobody has asked.
 * @property {string} photo The photo.
 * @property {string} name Its name.
 * @property {[number, number]} size Width and height of what is painted on.
 * @property {[number, number]} original Width and height of the photo.
 * @property {{pixels: DataView}} buffers `pixels`: uint8 (height, width, 3), RGB, row by row.
 *
 * @typedef {object} FailedMessage What could not be done, and why.
 * @property {"failed"} kind
 * @property {string} id Of the request that it answers; empty where nobody has asked.
 * @property {string} name What it is about: a photo, as a rule.
 * @property {string} message Why, in words for the page.
 *
 * @typedef {object} WorkingMessage A piece has arrived; more are to come.
 * @property {"working"} kind
 * @property {string} id Of the request that it answers; empty where nobody has asked.
 * @property {string} name Of the file.
 *
 * @typedef {object} GoneMessage What was asked is of a photo that was removed meanwhile: nobody waits for it any more.
 * @property {"gone"} kind
 * @property {string} id Of the request that it answers; empty where nobody has asked.
 *
 * @typedef {object} ForgottenMessage A photo is gone. The id is the photo's.
 * @property {"forgotten"} kind
 * @property {string} id Of the request that it answers; empty where nobody has asked.
 *
 * @typedef {object} VariantsMessage What the model says of one photo preprocessed in several ways.
 * @property {"variants"} kind
 * @property {string} id Of the request that it answers; empty where nobody has asked.
 * @property {string} photo The photo.
 * @property {string} model The model to run, from `squeezeviz.load_model`.
 * @property {Variant[]} rows The preprocessing in use comes first.
 *
 * @typedef {object} VariantMessage One photo in another preprocessing, compared with the one in use.
 * @property {"variant"} kind
 * @property {string} id Of the request that it answers; empty where nobody has asked.
 * @property {string} photo The photo.
 * @property {string} model The model to run, from `squeezeviz.load_model`.
 * @property {string} reference Name of the preprocessing in use.
 * @property {string} preset_key What the page calls the other one.
 * @property {string} preset Its name.
 * @property {string} words What it does, in a line.
 * @property {string} origin Where it comes from.
 * @property {string | null} first_divergent_layer The first layer whose strongest channel is another one.
 * @property {([string, number | null, number | null])[]} drift Layer, relative L2, cosine; None for maps of other sizes.
 * @property {{seen: DataView, logits: DataView}} buffers `seen`: What the network sees of it, a PNG file. `logits`: Every class's, float32.
 *
 * @typedef {object} KernelsMessage The first convolution with a preprocessing folded in, and the proof.
 * @property {"kernels"} kind
 * @property {string} id Of the request that it answers; empty where nobody has asked.
 * @property {string} photo The photo that it was proved on.
 * @property {string} model The model to run, from `squeezeviz.load_model`.
 * @property {string} preset_key What the page calls the preprocessing.
 * @property {string} layer The convolution.
 * @property {[number, number, number, number]} shape Kernels; red, green, blue, or grey; height, width.
 * @property {number} difference The largest, between its activation and what these make of the plain pixels.
 * @property {number} largest Activation.
 * @property {{values: DataView}} buffers `values`: Kernels for pixel values 0–255, float32, of that shape.
 *
 * @typedef {object} DistanceMessage How far each layer is from where it is for another photo.
 * @property {"distance"} kind
 * @property {string} id Of the request that it answers; empty where nobody has asked.
 * @property {string} photo The photo.
 * @property {string} other The other one.
 * @property {string | null} first_divergent_layer The first layer whose strongest channel is another one.
 * @property {([string, number | null, number | null])[]} drift Layer, relative L2, cosine; None for maps of other sizes.
 *
 * @typedef {object} ProgressMessage What is known so far of what takes its time: what a class comes to in each of many runs.
 * @property {"progress"} kind
 * @property {string} id Of the request that it answers; empty where nobody has asked.
 * @property {"occlusion" | "ablation_sweep" | "pairwise_ablation"} work What is tried.
 * @property {number} done Runs so far.
 * @property {number} total Runs in all.
 * @property {boolean} is_whole Whether these are all.
 * @property {number} class_index The class.
 * @property {number} logit Untouched.
 * @property {number} probability Untouched.
 * @property {number} best The most probable class, untouched.
 * @property {number} rows Of patches; so are the next four.
 * @property {number} columns Of patches.
 * @property {number} patch_px A patch's side, in input pixels.
 * @property {number} stride_px From one to the next.
 * @property {[number, number]} input_px Height and width of the input.
 * @property {[string, number][]} channels Layer and channel of each run, of an ablation sweep.
 * @property {string} layer Of pairs: first its channels alone, then each with each later one.
 * @property {number} count Of its channels.
 * @property {{logits: DataView, probabilities: DataView, best_classes: DataView, best_probabilities: DataView}} buffers `logits`: The class's in each run, float32 (runs,); NaN where that is not known yet. `probabilities`: The same. `best_classes`: The most probable class in each run, uint16 (runs,). `best_probabilities`: Its probability, float32 (runs,).
 *
 * @typedef {object} EvidenceRequest Why a class has its logit.
 * @property {"evidence"} kind
 * @property {string} id Its own; what answers it has the same.
 * @property {string} [name] What the page calls it.
 * @property {string} [photo] Its id.
 * @property {number} class_index The class.
 * @property {number | null} [contrast_class] The contrast class, whose logit is subtracted, if any.
 *
 * @typedef {object} ReceptiveFieldRequest A logit by receptive field.
 * @property {"receptive_field"} kind
 * @property {string} id Its own; what answers it has the same.
 * @property {string} [name] What the page calls it.
 * @property {string} [photo] Its id.
 * @property {number} class_index The class.
 * @property {number | null} [contrast_class] The contrast class, whose logit is subtracted, if any.
 *
 * @typedef {object} PerLocationRequest What each cell alone would have answered.
 * @property {"per_location"} kind
 * @property {string} id Its own; what answers it has the same.
 * @property {string} [name] What the page calls it.
 * @property {string} [photo] Its id.
 *
 * @typedef {object} FigureRequest One view of a photo as a figure for print.
 * @property {"figure"} kind
 * @property {string} id Its own; what answers it has the same.
 * @property {string} [name] What the page calls it.
 * @property {string} [photo] Its id.
 * @property {string} view Which view.
 * @property {"svg" | "png" | "pdf"} format Of the file.
 * @property {number | null} [channel] The one on show.
 * @property {[number, number] | null} [cell] The one on show.
 * @property {number | null} [class_index] The one on show.
 *
 * @typedef {object} TensorRequest A layer's activation, in the preprocessing in use or in another.
 * @property {"tensor"} kind
 * @property {string} id Its own; what answers it has the same.
 * @property {string} [name] What the page calls it.
 * @property {string} [photo] Its id.
 * @property {string} layer The layer.
 * @property {string | null} [preset] Name of the other one; None for the one in use.
 * @property {string} [preset_key] What the answer is to call it.
 * @property {Record<string, any> | null} [preprocessing] It, where it is one's own.
 *
 * @typedef {object} CalculationRequest How a number comes about.
 * @property {"open"} kind
 * @property {string} id Its own; what answers it has the same.
 * @property {string} [name] What the page calls it.
 * @property {string} [photo] Its id.
 * @property {string} layer Whose it is; evidence/arithmetic.py says what else is called so.
 * @property {number} channel Its channel.
 * @property {[number, number]} cell Its place.
 * @property {number} count Of the largest terms that are told.
 *
 * @typedef {object} PixelsRequest What is painted on when a photo is edited.
 * @property {"pixels"} kind
 * @property {string} id Its own; what answers it has the same.
 * @property {string} [name] What the page calls it.
 * @property {string} [photo] Its id.
 *
 * @typedef {object} VariantRequest What the network makes of a photo in another preprocessing.
 * @property {"variant"} kind
 * @property {string} id Its own; what answers it has the same.
 * @property {string} [name] What the page calls it.
 * @property {string} [photo] Its id.
 * @property {string} preset Its name.
 * @property {string} preset_key What the answer is to call it.
 * @property {Record<string, any> | null} [preprocessing] It, where it is one's own.
 *
 * @typedef {object} KernelsRequest A preprocessing as kernels of the first layer.
 * @property {"kernels"} kind
 * @property {string} id Its own; what answers it has the same.
 * @property {string} [name] What the page calls it.
 * @property {string} [photo] Its id.
 * @property {string} preset Its name.
 * @property {string} preset_key What the answer is to call it.
 * @property {Record<string, any> | null} [preprocessing] It, where it is one's own.
 *
 * @typedef {object} VariantsRequest The class ranked first in several preprocessings.
 * @property {"variants"} kind
 * @property {string} id Its own; what answers it has the same.
 * @property {string} [name] What the page calls it.
 * @property {string} [photo] Its id.
 * @property {string[] | null} [presets] Their names; None for those that are compared.
 * @property {Record<string, any> | null} [preprocessing] One's own.
 *
 * @typedef {object} DistanceRequest How far each layer is from where it is for another photo.
 * @property {"distance"} kind
 * @property {string} id Its own; what answers it has the same.
 * @property {string} [name] What the page calls it.
 * @property {string} [photo] Its id.
 * @property {string} [other] The other photo's id.
 *
 * @typedef {object} AcrossRequest A channel over a data set.
 * @property {"across"} kind
 * @property {string} id Its own; what answers it has the same.
 * @property {string} [name] What the page calls it.
 * @property {string} layer Its layer.
 * @property {number} channel Its index.
 *
 * @typedef {object} ActivatingChannelsRequest The channels that activate on a class, over a data set.
 * @property {"activating_channels"} kind
 * @property {string} id Its own; what answers it has the same.
 * @property {string} [name] What the page calls it.
 * @property {number} class_index The class.
 *
 * @typedef {object} PageRequest The page as one file.
 * @property {"page"} kind
 * @property {string} id Its own; what answers it has the same.
 * @property {string} [name] What the page calls it.
 *
 * @typedef {object} WeightsRequest A convolution's kernels.
 * @property {"weights"} kind
 * @property {string} id Its own; what answers it has the same.
 * @property {string} [name] What the page calls it.
 * @property {string} layer The convolution.
 *
 * @typedef {object} PieceRequest A piece of a file: each message stays far below every limit, however Jupyter was started.
 * @property {"piece"} kind
 * @property {string} id Its own; what answers it has the same.
 * @property {string} [name] What the page calls it.
 * @property {number} index Which piece, from 0.
 * @property {number} count Of pieces.
 * @property {{piece: ArrayBuffer}} buffers `piece`: Its bytes.
 *
 * @typedef {object} FrameRequest Answer a frame, which takes the place of the one before.
 * @property {"frame"} kind
 * @property {string} id Its own; what answers it has the same.
 * @property {string} [name] What the page calls it.
 * @property {number} [width] In pixels.
 * @property {number} [height] In pixels.
 * @property {string | null} [of] Id of the photo that is painted on; None of the camera's.
 * @property {string} [photo] Id of the photo that it is one state of.
 * @property {string[]} [layers] Names of the layers that the page looks at.
 * @property {{pixels: ArrayBuffer}} buffers `pixels`: uint8 (height, width, 3), RGB, row by row.
 *
 * @typedef {object} FreezeRequest Keep a frame as an ordinary photo.
 * @property {"freeze"} kind
 * @property {string} id Its own; what answers it has the same.
 * @property {string} [name] What the page calls it.
 * @property {number} [width] In pixels.
 * @property {number} [height] In pixels.
 * @property {string | null} [of] Id of the photo that is painted on; None of the camera's.
 * @property {{pixels: ArrayBuffer}} buffers `pixels`: uint8 (height, width, 3), RGB, row by row.
 *
 * @typedef {object} ExampleRequest Put a photo on the stage that the atlas has crops of.
 * @property {"example"} kind
 * @property {string} id Its own; what answers it has the same.
 * @property {string} name What the atlas calls it.
 *
 * @typedef {object} ReadyRequest A page has opened: tell it everything.
 * @property {"ready"} kind
 * @property {string} id Its own; what answers it has the same.
 *
 * @typedef {object} UseRequest Let another model answer.
 * @property {"use"} kind
 * @property {string} id Its own; what answers it has the same.
 * @property {string} name One of those that the page was offered.
 *
 * @typedef {object} SampleRequest Put a sample on the stage.
 * @property {"sample"} kind
 * @property {string} id Its own; what answers it has the same.
 * @property {string} name One of those that the page was offered.
 *
 * @typedef {object} ForgetRequest Let a photo go. The id is the photo's.
 * @property {"forget"} kind
 * @property {string} id Its own; what answers it has the same.
 *
 * @typedef {object} StopRequest End what takes seconds. The id is that of the request that began it.
 * @property {"stop"} kind
 * @property {string} id Its own; what answers it has the same.
 *
 * @typedef {object} OcclusionRequest Hide one patch after the other.
 * @property {"begin"} kind
 * @property {"occlusion"} work
 * @property {string} id Its own; what answers it has the same.
 * @property {string} [name] What the page calls it.
 * @property {string} [photo] Its id.
 * @property {number} class_index The class whose logit is told.
 * @property {number} patch_px A patch's side, in input pixels.
 * @property {number} stride_px From one to the next.
 * @property {"grey" | "mean" | "blur"} fill What a patch shows.
 *
 * @typedef {object} AblationSweepRequest Ablate every squeeze channel in turn.
 * @property {"begin"} kind
 * @property {"ablation_sweep"} work
 * @property {string} id Its own; what answers it has the same.
 * @property {string} [name] What the page calls it.
 * @property {string} [photo] Its id.
 * @property {number} class_index The class whose logit is told.
 *
 * @typedef {object} PairwiseAblationRequest Ablate every pair of a layer's channels in turn.
 * @property {"begin"} kind
 * @property {"pairwise_ablation"} work
 * @property {string} id Its own; what answers it has the same.
 * @property {string} [name] What the page calls it.
 * @property {string} [photo] Its id.
 * @property {number} class_index The class whose logit is told.
 * @property {string} layer The layer.
 *
 * @typedef {AcrossMessage | ActivatingChannelsMessage | EvidenceMessage | ReceptiveFieldMessage | PerLocationMessage | FileMessage | TensorMessage | WeightsMessage | CalculationMessage | SettingMessage | ModelMessage | PhotoMessage | FrameMessage | PixelsMessage | FailedMessage | WorkingMessage | GoneMessage | ForgottenMessage | VariantsMessage | VariantMessage | KernelsMessage | DistanceMessage | ProgressMessage} Message What the kernel tells the page.
 * @typedef {EvidenceRequest | ReceptiveFieldRequest | PerLocationRequest | FigureRequest | TensorRequest | CalculationRequest | PixelsRequest | VariantRequest | KernelsRequest | VariantsRequest | DistanceRequest | AcrossRequest | ActivatingChannelsRequest | PageRequest | WeightsRequest | PieceRequest | FrameRequest | FreezeRequest | ExampleRequest | ReadyRequest | UseRequest | SampleRequest | ForgetRequest | StopRequest | OcclusionRequest | AblationSweepRequest | PairwiseAblationRequest} Request What the page asks of the kernel.
 * @typedef {"photo" | "held" | "tuned" | "preset" | "layer" | "channel" | "cell" | "class_index" | "pinned" | "sort" | "scale" | "palette" | "view" | "cam" | "compared" | "against" | "comparing" | "opened" | "explaining" | "contrast_class" | "ablated" | "ablation_fill" | "kernels"} Trait What is chosen, by whoever sets it.
 */

/** What a page that is made anew goes on with. @type {Trait[]} */
export const PERSISTENT = [
  "tuned",
  "preset",
  "layer",
  "channel",
  "cell",
  "class_index",
  "pinned",
  "sort",
  "scale",
  "palette",
  "view",
  "cam",
  "compared",
  "against",
  "comparing",
  "opened",
  "explaining",
  "contrast_class",
  "ablated",
  "ablation_fill",
  "kernels",
];
