using System.Numerics.Tensors;

namespace SecureCollectives.Cli.Train;

/// <summary>
/// A network with one hidden layer: softmax(W2 relu(W1 x + b1) + b2), trained on cross-entropy. All parameters are in one array, in the
/// order W1 (hidden x inputs), b1, W2 (outputs x hidden), b2. A gradient has the same layout, so a single AllReduce averages all of it.
/// Not thread-safe.
/// </summary>
internal sealed class Mlp
{
    private readonly Layer _hidden;
    private readonly Layer _output;
    private readonly float[] _activation;
    private readonly float[] _probabilities;
    private readonly float[] _activationGradient;

    public Mlp(int inputs, int hidden, int outputs, int seed)
    {
        _hidden = new Layer(Start: 0, inputs, hidden);
        _output = new Layer(_hidden.End, hidden, outputs);
        _activation = new float[hidden];
        _probabilities = new float[outputs];
        _activationGradient = new float[hidden];

        Parameters = new float[_output.End];
        var random = new Random(seed);
        Initialize(_hidden, random);
        Initialize(_output, random);
    }

    public float[] Parameters { get; }

    /// <summary>Returns the most probable class for an image.</summary>
    public int Classify(ReadOnlySpan<float> image)
    {
        Forward(image);
        return TensorPrimitives.IndexOfMax<float>(_probabilities);
    }

    /// <summary>Adds the gradient of one image's loss to <paramref name="gradient"/>.</summary>
    /// <returns>The loss: the negative logarithm of the probability of the correct class.</returns>
    public float AddGradient(ReadOnlySpan<float> image, int label, Span<float> gradient)
    {
        Forward(image);
        var loss = -MathF.Log(MathF.Max(_probabilities[label], float.Epsilon));

        // For softmax with cross-entropy, the gradient before the softmax is (probabilities - one-hot label).
        _probabilities[label] -= 1;
        Array.Clear(_activationGradient);
        for (var k = 0; k < _output.Outputs; k++)
        {
            var weights = _output.Weights(Parameters, k);
            TensorPrimitives.MultiplyAdd(weights, _probabilities[k], _activationGradient, _activationGradient);
        }

        for (var j = 0; j < _activation.Length; j++)
        {
            if (_activation[j] <= 0)
            {
                _activationGradient[j] = 0;
            }
        }

        AddOuterProduct(_output, _probabilities, _activation, gradient);
        AddOuterProduct(_hidden, _activationGradient, image, gradient);
        return loss;
    }

    private void Forward(ReadOnlySpan<float> image)
    {
        Apply(_hidden, image, _activation);
        TensorPrimitives.Max(_activation, 0f, _activation);
        Apply(_output, _activation, _probabilities);
        TensorPrimitives.SoftMax<float>(_probabilities, _probabilities);
    }

    private void Apply(Layer layer, ReadOnlySpan<float> input, Span<float> output)
    {
        for (var i = 0; i < output.Length; i++)
        {
            output[i] = TensorPrimitives.Dot(layer.Weights(Parameters, i), input) + layer.Biases(Parameters)[i];
        }
    }

    private static void AddOuterProduct(Layer layer, ReadOnlySpan<float> outputGradient, ReadOnlySpan<float> input, Span<float> gradient)
    {
        TensorPrimitives.Add(layer.Biases(gradient), outputGradient, layer.Biases(gradient));
        for (var i = 0; i < outputGradient.Length; i++)
        {
            var weights = layer.Weights(gradient, i);
            TensorPrimitives.MultiplyAdd(input, outputGradient[i], weights, weights);
        }
    }

    // He's uniform initialization: a variance of 2 / inputs preserves the scale of activations through a ReLU. Biases start at zero.
    private void Initialize(Layer layer, Random random)
    {
        var limit = MathF.Sqrt(6f / layer.Inputs);
        for (var i = 0; i < layer.Outputs; i++)
        {
            foreach (ref var weight in layer.Weights(Parameters, i))
            {
                weight = (2 * random.NextSingle() - 1) * limit;
            }
        }
    }

    /// <summary>The position of a layer's weights and biases in the parameter array.</summary>
    private readonly record struct Layer(int Start, int Inputs, int Outputs)
    {
        public int End => Start + (Inputs + 1) * Outputs;

        public Span<float> Weights(Span<float> parameters, int output) => parameters.Slice(Start + output * Inputs, Inputs);

        public Span<float> Biases(Span<float> parameters) => parameters.Slice(Start + Inputs * Outputs, Outputs);
    }
}
