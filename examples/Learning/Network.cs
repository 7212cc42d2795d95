namespace Learning;

/// <summary>
/// Layers with tanh between them, trained on the mean squared error. Parameters 2 l and 2 l + 1 are the weights and the biases of layer l.
/// </summary>
public sealed class Network
{
    private readonly Layer[] _layers;

    /// <summary>
    /// The inputs of each layer and the outputs of the last, for all points of a batch. The next field has the loss's gradient with
    /// respect to each of them.
    /// </summary>
    private readonly float[][] _values;
    private readonly float[][] _valueGradients;

    /// <param name="widths">The number of values between the layers, including the network's inputs and outputs.</param>
    /// <param name="batch">The number of points in a batch.</param>
    /// <param name="parameters">The memory for weights and biases, layer by layer.</param>
    public Network(int[] widths, int batch, Memory<float> parameters)
    {
        _layers = new Layer[widths.Length - 1];
        for (var l = 0; l < _layers.Length; l++)
        {
            var count = Layer.ParameterCount(widths[l], widths[l + 1]);
            _layers[l] = new Layer(widths[l], widths[l + 1], parameters[..count]);
            parameters = parameters[count..];
        }

        _values = [.. widths.Select(width => new float[width * batch])];
        _valueGradients = [.. widths.Select(width => new float[width * batch])];
        Parameters = [.. _layers.SelectMany(layer => new Memory<float>[] { layer.Weights, layer.Biases })];
    }

    public IReadOnlyList<Memory<float>> Parameters { get; }

    /// <summary>Returns the number of weights and biases of all layers.</summary>
    public static int ParameterCount(int[] widths) => widths.Zip(widths.Skip(1), Layer.ParameterCount).Sum();

    /// <summary>Draws the initial weights.</summary>
    public void Draw(Random random)
    {
        foreach (var layer in _layers)
        {
            layer.Draw(random);
        }
    }

    /// <summary>Runs the network on a batch and returns the loss.</summary>
    public double Forward(ReadOnlyMemory<float> inputs, ReadOnlyMemory<float> targets)
    {
        inputs.CopyTo(_values[0]);
        for (var l = 0; l < _layers.Length; l++)
        {
            _layers[l].Forward(_values[l], _values[l + 1]);
            for (var i = 0; i < _values[l + 1].Length && l + 1 < _layers.Length; i++)
            {
                _values[l + 1][i] = MathF.Tanh(_values[l + 1][i]);
            }
        }

        var (loss, outputs) = (0.0, _values[^1]);
        for (var i = 0; i < outputs.Length; i++)
        {
            var error = outputs[i] - targets.Span[i];
            loss += error * error / outputs.Length;
            _valueGradients[^1][i] = 2 * error / outputs.Length;
        }

        return loss;
    }

    /// <summary>Computes the gradients of the last batch's loss, from the last layer to the first.</summary>
    /// <param name="gradientOf">Returns the memory for the gradient of a parameter.</param>
    /// <param name="ready">Called when the gradient of a parameter is complete.</param>
    public void Backward(Func<int, Memory<float>> gradientOf, Action<int> ready)
    {
        for (var l = _layers.Length - 1; l >= 0; l--)
        {
            gradientOf(2 * l).Span.Clear();
            gradientOf((2 * l) + 1).Span.Clear();
            _layers[l].Differentiate(_values[l], _valueGradients[l + 1], gradientOf(2 * l).Span, gradientOf((2 * l) + 1).Span);
            ready((2 * l) + 1);
            ready(2 * l);
            if (l > 0)
            {
                _layers[l].Backward(_valueGradients[l + 1], _valueGradients[l]);
                for (var i = 0; i < _values[l].Length; i++)
                {
                    _valueGradients[l][i] *= 1 - (_values[l][i] * _values[l][i]); // tanh' = 1 - tanh^2
                }
            }
        }
    }

    /// <summary>Takes a gradient descent step.</summary>
    public void Step(Func<int, Memory<float>> gradientOf, float learningRate)
    {
        for (var p = 0; p < Parameters.Count; p++)
        {
            var parameter = Parameters[p].Span;
            var gradient = gradientOf(p).Span;
            for (var i = 0; i < parameter.Length; i++)
            {
                parameter[i] -= learningRate * gradient[i];
            }
        }
    }
}
