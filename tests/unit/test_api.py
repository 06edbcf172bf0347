"""The public API is small, pinned, and cheap to import."""

import subprocess
import sys

import squeezeviz as sv

PUBLIC = [
    "Ablation",
    "AblationSweep",
    "ActivatingChannel",
    "Activations",
    "Architecture",
    "Arithmetic",
    "Atlas",
    "AtlasChannel",
    "Attribution",
    "Block",
    "BranchSplit",
    "Calculation",
    "Catalog",
    "CatalogChannel",
    "CatalogPicture",
    "ChangedAnswer",
    "ChannelEffect",
    "ChannelEvidence",
    "ChannelView",
    "ChecksumError",
    "ChoiceTest",
    "ClassContrast",
    "ClassScore",
    "Comparison",
    "Completeness",
    "ConversionError",
    "DatasetError",
    "Diagnosis",
    "DownloadError",
    "EffectiveKernels",
    "ErrorSize",
    "Evaluation",
    "ExactnessError",
    "Explorer",
    "FallbackWarning",
    "FeatureMaps",
    "FigureError",
    "Geometry",
    "HalfPrecision",
    "HeldBeside",
    "Image",
    "ImageError",
    "InsideNumber",
    "IntegerArithmetic",
    "IntegerCalculation",
    "Judgement",
    "Label",
    "LabelError",
    "Labels",
    "Layer",
    "LayerCost",
    "LayerDrift",
    "LayerError",
    "LayerHarm",
    "LayerPair",
    "LayerPrecision",
    "LocationPredictions",
    "LogitDecomposition",
    "Machine",
    "Model",
    "ModelComparison",
    "ModelError",
    "ModelFileWarning",
    "ModelNotFound",
    "NetworkMap",
    "Occlusion",
    "PRESETS",
    "PairedEvaluation",
    "PairedPhoto",
    "PairwiseAblation",
    "PhotoView",
    "Places",
    "PlanTrial",
    "Precision",
    "PrecisionPlan",
    "Prediction",
    "Predictor",
    "Preprocessing",
    "PreprocessingError",
    "Profile",
    "Provenance",
    "Quantized",
    "ReceptiveField",
    "ReceptiveFieldContributions",
    "Sample",
    "Setting",
    "SideBySide",
    "Signs",
    "SoftmaxAnalysis",
    "Spread",
    "SqueezeVizError",
    "Standing",
    "State",
    "StoredActivations",
    "Target",
    "Term",
    "TopExample",
    "TopK",
    "UnlabelledDiagnosis",
    "Variant",
    "View",
    "Visualization",
    "WeightedSum",
    "Written",
    "ablate",
    "ablation_sweep",
    "ablation_sweep_steps",
    "attribute",
    "compare_models",
    "compare_preprocessing",
    "contrast",
    "contributions_by_receptive_field",
    "decompose_logit",
    "diagnose_preprocessing",
    "differentiate",
    "effective_kernels",
    "evaluate",
    "explore",
    "export_page",
    "export_site",
    "figures",
    "gradient",
    "imagenet_labels",
    "judge_attributions",
    "lessons",
    "load_model",
    "make_atlas",
    "make_catalog",
    "occlude",
    "occlusion_steps",
    "pairwise_ablation",
    "pairwise_ablation_steps",
    "plan_precision",
    "precision",
    "predictions_per_location",
    "predictor",
    "preset",
    "profile",
    "quantize",
    "read_atlas",
    "read_catalog",
    "read_image",
    "run_from",
    "samples",
    "softmax_analysis",
    "store_activations",
    "visualize",
    "visualize_steps",
    "write_catalog_pages",
]


def test_the_public_names():
    assert sorted(sv.__all__) == sorted(PUBLIC)
    for name in PUBLIC:
        assert getattr(sv, name) is not None
    assert set(PUBLIC) <= set(dir(sv))


FIGURES = [
    "FORMATS",
    "Format",
    "Sheet",
    "VIEWS",
    "View",
    "arithmetic",
    "as_bytes",
    "attribution",
    "channel",
    "class_contrast",
    "drift",
    "explorer",
    "kernels",
    "location_predictions",
    "logit_decomposition",
    "maps",
    "model_comparison",
    "network",
    "occlusion",
    "of_view",
    "photo",
    "precision",
    "prediction",
    "receptive_field_contributions",
    "roofline",
    "softmax_analysis",
    "visualization",
]


def test_the_public_names_of_figures():
    assert sorted(sv.figures.__all__) == sorted(FIGURES)
    for name in FIGURES:
        assert getattr(sv.figures, name) is not None


def run(code):
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True
    ).stdout


def test_importing_loads_nothing_heavy():
    heavy = [
        "onnxruntime",
        "onnx",
        "matplotlib",
        "dask",
        "distributed",
        "fsspec",
        "numpy",
        "PIL",
        "ipywidgets",
        "anywidget",
        "google.protobuf",
        "pooch",
        "requests",
    ]
    loaded = run(f"import squeezeviz, sys; print([m for m in {heavy} if m in sys.modules])")
    assert loaded.strip() == "[]"


def test_reading_an_image_needs_no_runtime():
    loaded = run(
        "import squeezeviz as sv, sys; sv.preset('caffe2')(sv.read_image('hopper'));"
        "print([m for m in ('onnxruntime', 'onnx', 'matplotlib', 'skimage', 'ipywidgets') if m in sys.modules])"
    )
    assert loaded.strip() == "[]"


def test_help_loads_nothing_heavy():
    code = (
        "import sys; sys.argv = ['squeezeviz', '--help']\nfrom squeezeviz.cli import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print([m for m in ('onnxruntime', 'onnx', 'numpy', 'PIL') if m in sys.modules])"
    )
    assert run(code).strip().endswith("[]")


def test_every_error_is_a_squeezeviz_error():
    for name in PUBLIC:
        if name.endswith("Error") or name == "ModelNotFound":
            assert issubclass(getattr(sv, name), sv.SqueezeVizError)
    assert issubclass(sv.ConversionError, sv.ModelError)
