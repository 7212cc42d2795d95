using System.Numerics;

namespace SecureCollectives.Reduction;

/// <summary>The product, left * right.</summary>
internal readonly struct FloatProduct : IFloatOperator
{
    public static Vector<float> Combine(Vector<float> left, Vector<float> right) => left * right;

    public static float Combine(float left, float right) => left * right;
}
