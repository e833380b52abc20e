"""Golden vectors of the causal language model: what transformers computes for a tiny random GPT-2.

    python scripts/make_lm_vectors.py            # writes vectors/lm/gpt2/
"""

import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import ByteLevelBPETokenizer
from transformers import GPT2Config, GPT2LMHeadModel

torch.set_num_threads(1)
OUT = Path(__file__).resolve().parent.parent / "vectors" / "lm" / "gpt2"
TEXTS = [
    "closeup portrait of an old asian woman wearing glasses",
    "a Café's 3  dogs, they're\n12 years old",
    "x",
]
TRAINING = ["closeup portrait of an old woman wearing glasses", "a dog in the old café, 12 dogs"] * 4


def main():
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    tokenizer = ByteLevelBPETokenizer()
    tokenizer.train_from_iterator(TRAINING, vocab_size=290, min_frequency=2, show_progress=False,
                                  special_tokens=["<|endoftext|>"])
    tokenizer.save_model(str(OUT))
    start = tokenizer.token_to_id("<|endoftext|>")
    config = GPT2Config(vocab_size=tokenizer.get_vocab_size(), n_embd=24, n_layer=2, n_head=3, n_positions=48,
                        bos_token_id=start, eos_token_id=start)
    model = GPT2LMHeadModel(config).eval()
    generator = torch.Generator().manual_seed(7)
    for name, parameter in model.named_parameters():
        noise = torch.randn(parameter.shape, generator=generator)
        gain = 0.3 if parameter.dim() == 2 else 0.2
        value = gain * noise + (1 if "ln_" in name and name.endswith("weight") else 0)
        parameter.data = value.half().float()
    weights = {name: value.half().contiguous() for name, value in model.state_dict().items()
               if name != "lm_head.weight"}
    save_file(weights, OUT / "model.safetensors")
    config.save_pretrained(OUT)

    expected, scores = {}, []
    with torch.no_grad():
        for row, text in enumerate(TEXTS):
            ids = torch.tensor([[start] + tokenizer.encode(text).ids])
            logits = model(ids).logits[0]
            expected[f"{row}.ids"] = ids[0].float()
            expected[f"{row}.logits"] = logits.contiguous()
            steps = logits.double().log_softmax(-1)[:-1]
            scores.append(float(steps.gather(1, ids[0, 1:, None]).sum()))
    save_file(expected, OUT / "expected.safetensors")
    (OUT / "expected.json").write_text(json.dumps({"texts": TEXTS, "log_probabilities": scores}, indent=1) + "\n")
    for file in sorted(OUT.iterdir()):
        print(file.name, file.stat().st_size)


main()
