// Data-parallel training: every worker has the whole model and a part of the data. In each step the workers average their gradients, so
// they all take the same step.
//
//   secure-collectives launch --workers 4 -- dotnet DataParallel.dll
using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Learning;
using SecureCollectives;

const int Epochs = 10;
const int BatchOfAllWorkers = 64;
const float LearningRate = 0.2f;

await using var group = await Communicator.JoinAsync(JobOptions.FromEnvironment());
var data = new SyntheticData(group.Rank, group.Size);
var batch = Math.Max(1, BatchOfAllWorkers / group.Size);

// Each worker draws its own weights, which rank 0's then replace. One operation broadcasts many small arrays.
int[] widths = [SyntheticData.Inputs, 64, 64, 1];
var model = new Network(widths, batch, new float[Network.ParameterCount(widths)]);
model.Draw(new Random(group.Rank));
await group.BroadcastCoalescedAsync<float>([.. model.Parameters], root: 0);

// Buckets that suit this small model: one per layer. The defaults are 1 MiB for the first bucket and 25 MiB for the others.
var sizes = new GradientBucketerOptions { FirstBucketBytes = 256, BucketBytes = 16 * 1024 };
var gradients = new GradientBucketer<float>(group, [.. model.Parameters.Select(parameter => parameter.Length)], sizes);

for (var epoch = 1; epoch <= Epochs; epoch++)
{
    var steps = data.Count / batch;
    var loss = new double[1];
    for (var step = 0; step < steps; step++)
    {
        var (inputs, targets) = data.Batch(step, batch);
        loss[0] += model.Forward(inputs, targets) / steps;

        // The last layer's gradients are ready first, and are sent while those of the other layers are computed.
        model.Backward(gradients.GradientOf, gradients.MarkReady);
        await gradients.WaitAsync();
        model.Step(gradients.GradientOf, LearningRate);
    }

    await group.AllReduceAsync<double>(loss, ReduceOp.Average);
    if (group.Rank == 0)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"epoch {epoch,2}  loss {loss[0]:F4}"));
    }
}

// All ranks print the same digest, because their weights are bit-identical.
using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
foreach (var parameter in model.Parameters)
{
    digest.AppendData(MemoryMarshal.AsBytes(parameter.Span));
}

Console.WriteLine($"weights {Convert.ToHexStringLower(digest.GetHashAndReset().AsSpan(0, 8))}");
