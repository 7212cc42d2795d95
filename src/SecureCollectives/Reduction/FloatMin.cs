using System.Numerics;

namespace SecureCollectives.Reduction;

/// <summary>The IEEE 754 minimum.</summary>
internal readonly struct FloatMin : IFloatOperator
{
    public static Vector<float> Combine(Vector<float> left, Vector<float> right) => Vector.Min(left, right);

    public static float Combine(float left, float right) => MathF.Min(left, right);
}
