using Learning;

namespace Pipeline;

/// <summary>
/// Some layers of a network, one after the other, with tanh behind each but the network's last. Keeps what passed through it until the
/// gradient comes back.
/// </summary>
internal sealed class Stage
{
    private readonly Layer[] _layers;
    private readonly float[][] _gradients;
    private readonly bool _endsNetwork;

    /// <summary>By micro-batch: what went into each layer, and what came out of the last.</summary>
    private readonly Dictionary<int, float[][]> _values = [];

    /// <param name="widths">Numbers between all layers of the network.</param>
    /// <param name="first">Its first layer.</param>
    /// <param name="count">How many it has.</param>
    public Stage(int[] widths, int first, int count)
    {
        _layers = [.. Enumerable.Range(first, count)
            .Select(l => new Layer(widths[l], widths[l + 1], new float[Layer.ParameterCount(widths[l], widths[l + 1])]))];
        _gradients = [.. _layers.Select(layer => new float[layer.Weights.Length + layer.Biases.Length])];
        _endsNetwork = first + count == widths.Length - 1;
        (Inputs, Outputs) = (widths[first], widths[first + count]);
        for (var l = 0; l < count; l++)
        {
            // However the layers are spread over workers, they begin alike.
            _layers[l].Draw(new Random(first + l));
        }
    }

    /// <summary>Numbers of a point that go into it.</summary>
    public int Inputs { get; }

    /// <summary>Numbers of a point that come out of it.</summary>
    public int Outputs { get; }

    public ReadOnlyMemory<float> Forward(int microBatch, float[] inputs, int points)
    {
        var values = new List<float[]> { inputs };
        for (var l = 0; l < _layers.Length; l++)
        {
            var outputs = new float[points * _layers[l].Biases.Length];
            _layers[l].Forward(values[l], outputs);
            for (var i = 0; i < outputs.Length && HasTanh(l); i++)
            {
                outputs[i] = MathF.Tanh(outputs[i]);
            }

            values.Add(outputs);
        }

        _values[microBatch] = [.. values];
        return values[^1];
    }

    /// <summary>The gradient of what went in, from that of what came out.</summary>
    public ReadOnlyMemory<float> Backward(int microBatch, float[] gradient)
    {
        _values.Remove(microBatch, out var values);
        for (var l = _layers.Length - 1; l >= 0; l--)
        {
            for (var i = 0; i < gradient.Length && HasTanh(l); i++)
            {
                gradient[i] *= 1 - (values![l + 1][i] * values[l + 1][i]); // tanh' = 1 - tanh^2
            }

            var weights = _layers[l].Weights.Length;
            _layers[l].Differentiate(values![l], gradient, _gradients[l].AsSpan(0, weights), _gradients[l].AsSpan(weights));
            var inputGradient = new float[values[l].Length];
            _layers[l].Backward(gradient, inputGradient);
            gradient = inputGradient;
        }

        return gradient;
    }

    /// <summary>Takes a step down the gradients of all micro-batches.</summary>
    public void Step(float learningRate)
    {
        for (var l = 0; l < _layers.Length; l++)
        {
            var weights = _layers[l].Weights.Length;
            Descend(_layers[l].Weights.Span, _gradients[l].AsSpan(0, weights), learningRate);
            Descend(_layers[l].Biases.Span, _gradients[l].AsSpan(weights), learningRate);
        }
    }

    private bool HasTanh(int layer) => !_endsNetwork || layer < _layers.Length - 1;

    private static void Descend(Span<float> parameters, Span<float> gradients, float learningRate)
    {
        for (var i = 0; i < parameters.Length; i++)
        {
            parameters[i] -= learningRate * gradients[i];
        }

        gradients.Clear();
    }
}
