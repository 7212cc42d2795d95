namespace DataParallel;

/// <summary>A fully connected layer, over a batch of points: outputs = weights x inputs + biases.</summary>
internal sealed class Layer
{
    private readonly int _inputs;
    private readonly int _outputs;

    public Layer(int inputs, int outputs, Random random)
    {
        (_inputs, _outputs) = (inputs, outputs);
        Weights = new float[outputs * inputs];
        Biases = new float[outputs];

        // Xavier Glorot's uniform initialization keeps the scale of what passes through.
        var limit = MathF.Sqrt(6f / (inputs + outputs));
        for (var i = 0; i < Weights.Length; i++)
        {
            Weights[i] = ((2 * random.NextSingle()) - 1) * limit;
        }
    }

    /// <summary>Those of one output after those of the other.</summary>
    public float[] Weights { get; }

    public float[] Biases { get; }

    public void Forward(ReadOnlySpan<float> inputs, Span<float> outputs)
    {
        for (var point = 0; point < outputs.Length / _outputs; point++)
        {
            var input = inputs.Slice(point * _inputs, _inputs);
            for (var o = 0; o < _outputs; o++)
            {
                var sum = Biases[o];
                for (var i = 0; i < _inputs; i++)
                {
                    sum += Weights[(o * _inputs) + i] * input[i];
                }

                outputs[(point * _outputs) + o] = sum;
            }
        }
    }

    /// <summary>The gradients of weights and biases, from that of the outputs.</summary>
    public void Differentiate(ReadOnlySpan<float> inputs, ReadOnlySpan<float> outputGradient, Span<float> weightGradient, Span<float> biasGradient)
    {
        weightGradient.Clear();
        biasGradient.Clear();
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

    /// <summary>The gradient of the inputs, from that of the outputs.</summary>
    public void Backward(ReadOnlySpan<float> outputGradient, Span<float> inputGradient)
    {
        inputGradient.Clear();
        for (var point = 0; point < outputGradient.Length / _outputs; point++)
        {
            var gradient = inputGradient.Slice(point * _inputs, _inputs);
            for (var o = 0; o < _outputs; o++)
            {
                for (var i = 0; i < _inputs; i++)
                {
                    gradient[i] += outputGradient[(point * _outputs) + o] * Weights[(o * _inputs) + i];
                }
            }
        }
    }
}
