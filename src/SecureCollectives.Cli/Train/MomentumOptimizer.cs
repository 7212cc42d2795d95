using System.Numerics.Tensors;

namespace SecureCollectives.Cli.Train;

/// <summary>
/// Gradient descent with momentum: velocity = 0.9 velocity + gradient; parameters -= learning rate x velocity. Elements are independent and
/// every multiplication is rounded, so workers with different processors compute the same bits from the same gradient.
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
