namespace Learning;

/// <summary>A fully connected layer over a batch of points: outputs = weights x inputs + biases.</summary>
public sealed class Layer
{
    private readonly int _inputs;
    private readonly int _outputs;

    /// <param name="inputs">The number of inputs.</param>
    /// <param name="outputs">The number of outputs.</param>
    /// <param name="parameters">The memory for the layer's weights and biases.</param>
    public Layer(int inputs, int outputs, Memory<float> parameters)
    {
        (_inputs, _outputs) = (inputs, outputs);
        Weights = parameters[..(outputs * inputs)];
        Biases = parameters[(outputs * inputs)..];
    }

    /// <summary>The weights: for each output, one per input.</summary>
    public Memory<float> Weights { get; }

    public Memory<float> Biases { get; }

    /// <summary>Returns the number of weights and biases of a layer.</summary>
    public static int ParameterCount(int inputs, int outputs) => (inputs + 1) * outputs;

    /// <summary>Draws the initial weights.</summary>
    public void Draw(Random random)
    {
        // Xavier Glorot's uniform initialization preserves the scale of the values from layer to layer.
        var limit = MathF.Sqrt(6f / (_inputs + _outputs));
        Biases.Span.Clear();
        foreach (ref var weight in Weights.Span)
        {
            weight = ((2 * random.NextSingle()) - 1) * limit;
        }
    }

    public void Forward(ReadOnlySpan<float> inputs, Span<float> outputs)
    {
        ReadOnlySpan<float> weights = Weights.Span;
        ReadOnlySpan<float> biases = Biases.Span;
        for (var point = 0; point < outputs.Length / _outputs; point++)
        {
            var input = inputs.Slice(point * _inputs, _inputs);
            for (var o = 0; o < _outputs; o++)
            {
                var sum = biases[o];
                for (var i = 0; i < _inputs; i++)
                {
                    sum += weights[(o * _inputs) + i] * input[i];
                }

                outputs[(point * _outputs) + o] = sum;
            }
        }
    }

    /// <summary>Computes the gradients of weights and biases from that of the outputs, and adds them to the given sums.</summary>
    public void Differentiate(ReadOnlySpan<float> inputs, ReadOnlySpan<float> outputGradient, Span<float> weightGradient,
        Span<float> biasGradient)
    {
        for (var point = 0; point < outputGradient.Length / _outputs; point++)
        {
            var input = inputs.Slice(point * _inputs, _inputs);
            for (var o = 0; o < _outputs; o++)
            {
                var gradient = outputGradient[(point * _outputs) + o];
                biasGradient[o] += gradient;
                for (var i = 0; i < _inputs; i++)
                {
                    weightGradient[(o * _inputs) + i] += gradient * input[i];
                }
            }
        }
    }

    /// <summary>Computes the gradient of the inputs from that of the outputs.</summary>
    public void Backward(ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
    {
        ReadOnlySpan<float> weights = Weights.Span;
        inputGradient.Clear();
        for (var point = 0; point < outputGradient.Length / _outputs; point++)
        {
            var gradient = inputGradient.Slice(point * _inputs, _inputs);
            for (var o = 0; o < _outputs; o++)
            {
                for (var i = 0; i < _inputs; i++)
                {
                    gradient[i] += outputGradient[(point * _outputs) + o] * weights[(o * _inputs) + i];
                }
            }
        }
    }
}
