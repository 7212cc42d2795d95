// Sharded weights, as in ZeRO and FSDP: each worker owns a part of the weights and holds all of them only while a step needs them.
//
//   secure-collectives launch --workers 4 -- dotnet ShardedWeights.dll
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
int[] widths = [SyntheticData.Inputs, 64, 64, 1];

// Each worker owns the same number of weights. The padding beyond the model's weights is never used.
var count = Network.ParameterCount(widths);
var share = (count + group.Size - 1) / group.Size;
var weights = new float[share * group.Size];
var gradients = new float[share * group.Size];
var (own, ownGradient) = (new float[share], new float[share]);
var model = new Network(widths, batch, weights.AsMemory(0, count));
var places = Places(model);

// Rank 0 draws the weights and sends each worker its part.
model.Draw(new Random(0));
await group.ScatterAsync<float>(group.Rank == 0 ? weights : default, own, root: 0);

for (var epoch = 1; epoch <= Epochs; epoch++)
{
    var steps = data.Count / batch;
    var loss = new double[1];
    for (var step = 0; step < steps; step++)
    {
        // Gather all weights for this step.
        await group.AllGatherAsync<float>(own, weights);
        var (inputs, targets) = data.Batch(step, batch);
        loss[0] += model.Forward(inputs, targets) / steps;
        model.Backward(parameter => places[parameter], static _ => { });

        // Each worker receives the averaged gradients of its part of the weights, and updates that part.
        await group.ReduceScatterAsync<float>(gradients, ownGradient, ReduceOp.Average);
        for (var i = 0; i < share; i++)
        {
            own[i] -= LearningRate * ownGradient[i];
        }
    }

    await group.AllReduceAsync<double>(loss, ReduceOp.Average);
    if (group.Rank == 0)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"epoch {epoch,2}  loss {loss[0]:F4}"));
    }
}

// All ranks print the same digest, because their weights are bit-identical.
await group.AllGatherAsync<float>(own, weights);
Console.WriteLine(
    $"weights {Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<float>(weights.AsSpan(0, count))).AsSpan(0, 8))}");

// Returns the memory for each parameter's gradient, laid out like the weights.
Memory<float>[] Places(Network network)
{
    var (list, start) = (new List<Memory<float>>(), 0);
    foreach (var parameter in network.Parameters)
    {
        list.Add(gradients.AsMemory(start, parameter.Length));
        start += parameter.Length;
    }

    return [.. list];
}
