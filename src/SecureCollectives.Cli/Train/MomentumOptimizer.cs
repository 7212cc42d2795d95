using System.Numerics.Tensors;

namespace SecureCollectives.Cli.Train;

/// <summary>
/// Gradient descent with momentum: velocity = 0.9 velocity + gradient; parameters -= learning rate x velocity. Each element is computed on
/// its own, with a rounding after every multiplication, so workers with different processors arrive at the same bits from the same
/// gradient.
/// </summary>
internal sealed class MomentumOptimizer(int length, float learningRate)
{
    private const float Momentum = 0.9f;

    private readonly float[] _velocity = new float[length];

    public void Step(Span<float> parameters, ReadOnlySpan<float> gradient)
    {
        TensorPrimitives.MultiplyAdd(_velocity, Momentum, gradient, _velocity);
        TensorPrimitives.MultiplyAdd(_velocity, -learningRate, parameters, parameters);
    }
}
