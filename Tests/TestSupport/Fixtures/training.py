"""What PyTorch's layers with a state, optimizers, learning rate schedules and averages answer."""

import torch
from torch import nn

from fixture import Fixture, draw, exact


def batch_normalization_layer(file: Fixture) -> None:
    layer = nn.BatchNorm2d(5).double()
    layer.weight.data, layer.bias.data = draw(5), draw(5)
    file.add("batchNorm/scale", layer.weight)
    file.add("batchNorm/shift", layer.bias)
    for update in [1, 2]:
        x = exact(draw(3, 5, 4, 3) * 2 + update)
        file.add(f"batchNorm/x{update}", x, "image")
        file.add(f"batchNorm/output{update}", layer(x), "image")
        file.add(f"batchNorm/runningMean{update}", layer.running_mean)
        file.add(f"batchNorm/runningVariance{update}", layer.running_var)
    layer.eval()
    x = draw(2, 5, 3, 3).requires_grad_()
    output = layer(x)
    upstream = draw(*output.shape)
    gradients = torch.autograd.grad(output, [x, layer.weight, layer.bias], upstream)
    file.add("batchNorm.evaluation/x", x, "image")
    file.add("batchNorm.evaluation/output", output, "image")
    file.add("batchNorm.evaluation/upstream", upstream, "image")
    for name, gradient, layout in zip(["x", "scale", "shift"], gradients, ["image", "plain", "plain"]):
        file.add(f"batchNorm.evaluation/grad.{name}", gradient, layout)


def attention_layer(file: Fixture) -> None:
    width, heads = 16, 4
    for case, queries, keys in [("multiheadAttention.self", 5, 5), ("multiheadAttention.cross", 6, 3)]:
        layer = nn.MultiheadAttention(width, heads, batch_first=True).double()
        layer.in_proj_bias.data, layer.out_proj.bias.data = draw(3 * width), draw(width)
        x = draw(2, queries, width).requires_grad_()
        context = x if case.endswith("self") else draw(2, keys, width).requires_grad_()
        output, _ = layer(x, context, context, need_weights=False)
        upstream = draw(*output.shape)
        variables = {
            "in.weight": layer.in_proj_weight, "in.bias": layer.in_proj_bias,
            "out.weight": layer.out_proj.weight, "out.bias": layer.out_proj.bias, "x": x,
        }
        if context is not x:
            variables["context"] = context
        gradients = dict(zip(variables, torch.autograd.grad(output, list(variables.values()), upstream)))
        file.set(case, heads=heads)
        file.add(f"{case}/output", output)
        file.add(f"{case}/upstream", upstream)
        for name, value in variables.items():
            layout = "linear" if name.endswith("weight") else "plain"
            for key, tensor in [(name, value), (f"grad.{name}", gradients[name])]:
                file.add(f"{case}/{key}", tensor, layout)
                if name.startswith("in."):  # the same numbers again, as three projections
                    for role, part in zip(["query", "key", "value"], tensor.chunk(3)):
                        file.add(f"{case}/{key.replace('in.', role + '.')}", part, layout)


def layers() -> int:
    file = Fixture("layers", seed=2)
    batch_normalization_layer(file)
    attention_layer(file)
    return file.save()


def optimizers() -> int:
    file = Fixture("optimizers", seed=3)
    start, gradients = draw(7), draw(5, 7)
    gradients[:, 6] *= 2**-26  # as small as Adam's epsilon, so that it matters where that is added
    file.add("optimizer/start", start)
    file.add("optimizer/gradients", gradients)
    for name, make, settings in [
        ("sgd", torch.optim.SGD, {"lr": 0.1}),
        ("sgd.momentum", torch.optim.SGD, {"lr": 0.1, "momentum": 0.9}),
        ("sgd.weightDecay", torch.optim.SGD, {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.05}),
        ("adam", torch.optim.Adam, {"lr": 1e-2}),
        ("adam.betas", torch.optim.Adam, {"lr": 2e-4, "betas": (0.5, 0.999)}),
        ("adam.weightDecay", torch.optim.Adam, {"lr": 1e-2, "weight_decay": 0.05}),
        ("adamW", torch.optim.AdamW, {"lr": 1e-2, "weight_decay": 0.01}),
    ]:
        parameter = nn.Parameter(start.clone())
        optimizer = make([parameter], **settings)
        states = []
        for gradient in gradients:
            parameter.grad = gradient.clone()
            optimizer.step()
            states.append(parameter.detach().clone())
        file.add(f"{name}/parameters", torch.stack(states))
        file.set(name, **settings)

    one_cycle(file)
    averaging(file)
    return file.save()


def one_cycle(file: Fixture) -> None:
    for total, steps in [(14070, [0, 1, 1000, 3516, 3517, 7000, 14069]), (20, range(20))]:
        optimizer = torch.optim.AdamW([nn.Parameter(torch.zeros(1))], lr=1e-3)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=1e-3, total_steps=total, pct_start=0.25)
        rates, momenta = [], []
        for step in range(total):
            rates.append(optimizer.param_groups[0]["lr"])
            momenta.append(optimizer.param_groups[0]["betas"][0])
            optimizer.step()
            if step < total - 1:
                schedule.step()
        file.add(f"oneCycle.{total}/steps", list(steps))
        file.add(f"oneCycle.{total}/learningRate", [rates[step] for step in steps])
        file.add(f"oneCycle.{total}/momentum", [momenta[step] for step in steps])
        file.set(f"oneCycle.{total}", max_lr=1e-3, pct_start=0.25, div_factor=25, final_div_factor=1e4)

    # The two together: AdamW whose rate and first momentum follow the schedule of 20 steps.
    start, gradients = draw(7), draw(12, 7)
    parameter = nn.Parameter(start.clone())
    optimizer = torch.optim.AdamW([parameter], lr=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=1e-2, total_steps=20, pct_start=0.25)
    states = []
    for gradient in gradients:
        parameter.grad = gradient.clone()
        optimizer.step()
        schedule.step()
        states.append(parameter.detach().clone())
    file.add("adamW.oneCycle/start", start)
    file.add("adamW.oneCycle/gradients", gradients)
    file.add("adamW.oneCycle/parameters", torch.stack(states))
    file.set("adamW.oneCycle", max_lr=1e-2, pct_start=0.25, total_steps=20, weight_decay=0.01)


def averaging(file: Fixture) -> None:
    model = nn.BatchNorm1d(4).double()  # parameters and buffers
    average = torch.optim.swa_utils.AveragedModel(
        model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.9), use_buffers=True
    )
    values, averages, running, running_averages = [], [], [], []
    for _ in range(12):
        model.weight.data, model.running_mean = draw(4), draw(4)
        average.update_parameters(model)
        values.append(model.weight.detach().clone())
        averages.append(average.module.weight.detach().clone())
        running.append(model.running_mean.clone())
        running_averages.append(average.module.running_mean.clone())
    file.add("average/parameters", torch.stack(values))
    file.add("average/parameterAverages", torch.stack(averages))
    file.add("average/buffers", torch.stack(running))
    file.add("average/bufferAverages", torch.stack(running_averages))
    file.set("average", decay=0.9)
