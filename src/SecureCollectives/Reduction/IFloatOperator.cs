using System.Numerics;

namespace SecureCollectives.Reduction;

/// <summary>An operator on float32, for a vector or a single number, with the same result for both.</summary>
internal interface IFloatOperator
{
    static abstract Vector<float> Combine(Vector<float> left, Vector<float> right);

    static abstract float Combine(float left, float right);
}
