using Learning;

namespace Pipeline;

/// <summary>
/// Consecutive layers of a network, with tanh after each except the network's last. Keeps the values of a micro-batch until its gradient
/// comes back.
/// </summary>
internal sealed class Stage
{
    private readonly Layer[] _layers;
    private readonly float[][] _gradients;
    private readonly bool _endsNetwork;

    /// <summary>By micro-batch: the inputs of each layer and the outputs of the last.</summary>
    private readonly Dictionary<int, float[][]> _values = [];

    /// <param name="widths">The number of values between the network's layers, including the network's inputs and outputs.</param>
    /// <param name="first">The index of the stage's first layer.</param>
    /// <param name="count">The number of layers in the stage.</param>
    public Stage(int[] widths, int first, int count)
    {
        _layers = [.. Enumerable.Range(first, count)
            .Select(l => new Layer(widths[l], widths[l + 1], new float[Layer.ParameterCount(widths[l], widths[l + 1])]))];
        _gradients = [.. _layers.Select(layer => new float[layer.Weights.Length + layer.Biases.Length])];
        _endsNetwork = first + count == widths.Length - 1;
        (Inputs, Outputs) = (widths[first], widths[first + count]);
        for (var l = 0; l < count; l++)
        {
            // The initial weights do not depend on how layers are divided among workers.
            _layers[l].Draw(new Random(first + l));
        }
    }

    /// <summary>The number of inputs per point.</summary>
    public int Inputs { get; }

    /// <summary>The number of outputs per point.</summary>
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

    /// <summary>Computes the gradient of a micro-batch's inputs from that of its outputs.</summary>
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

    /// <summary>Takes a gradient descent step with the gradients of all micro-batches.</summary>
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
