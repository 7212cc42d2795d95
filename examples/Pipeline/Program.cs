// Pipeline parallelism: each worker has some of the model's layers. Micro-batches pass from stage to stage, and gradients flow back.
//
//   secure-collectives launch --workers 4 -- dotnet Pipeline.dll
using System.Globalization;
using Learning;
using Pipeline;
using SecureCollectives;

const int Epochs = 10;
const int MicroBatches = 4;
const int Points = 16;
const float LearningRate = 0.2f;

int[] widths = [SyntheticData.Inputs, 48, 48, 48, 1];
var layers = widths.Length - 1;
await using var group = await Communicator.JoinAsync(JobOptions.FromEnvironment());
if (group.Size > layers)
{
    Console.Error.WriteLine($"{group.Size} workers are too many for {layers} layers.");
    return 2;
}

var first = group.Rank * layers / group.Size;
var stage = new Stage(widths, first, ((group.Rank + 1) * layers / group.Size) - first);
var (previous, next) = (group.Rank - 1, group.Rank + 1);
var (isFirst, isLast) = (previous < 0, next == group.Size);
var data = new SyntheticData(0, 1); // The first stage uses the inputs, the last one the targets.

for (var epoch = 1; epoch <= Epochs; epoch++)
{
    var steps = data.Count / (MicroBatches * Points);
    var loss = new double[1];
    for (var step = 0; step < steps; step++)
    {
        var sends = new List<Task>();
        var gradients = new float[MicroBatches][];

        // While one stage works on a micro-batch, the previous stage works on the following one. Tags tell micro-batches apart.
        for (var m = 0; m < MicroBatches; m++)
        {
            var (points, targets) = data.Batch((step * MicroBatches) + m, Points);
            var inputs = isFirst ? points.ToArray() : new float[Points * stage.Inputs];
            if (!isFirst)
            {
                await group.ReceiveAsync<float>(inputs, previous, tag: m);
            }

            var outputs = stage.Forward(m, inputs, Points);
            if (isLast)
            {
                gradients[m] = Differentiate(outputs.Span, targets.Span, loss, steps);
            }
            else
            {
                sends.Add(group.SendAsync(outputs, next, tag: m));
            }
        }

        for (var m = 0; m < MicroBatches; m++)
        {
            var gradient = gradients[m] ?? new float[Points * stage.Outputs];
            if (!isLast)
            {
                await group.ReceiveAsync<float>(gradient, next, tag: MicroBatches + m);
            }

            var passedOn = stage.Backward(m, gradient);
            if (!isFirst)
            {
                sends.Add(group.SendAsync(passedOn, previous, tag: MicroBatches + m));
            }
        }

        await Task.WhenAll(sends);
        stage.Step(LearningRate);
    }

    // Only the last stage knows the loss.
    await group.BroadcastAsync<double>(loss, root: group.Size - 1);
    if (group.Rank == 0)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"epoch {epoch,2}  loss {loss[0]:F4}"));
    }
}

return 0;

// Adds the mean squared error of a micro-batch to the loss, and returns its gradient with respect to the outputs.
static float[] Differentiate(ReadOnlySpan<float> outputs, ReadOnlySpan<float> targets, double[] loss, int steps)
{
    const int All = MicroBatches * Points;
    var gradient = new float[outputs.Length];
    for (var i = 0; i < outputs.Length; i++)
    {
        var error = outputs[i] - targets[i];
        loss[0] += error * error / All / steps;
        gradient[i] = 2 * error / All;
    }

    return gradient;
}
