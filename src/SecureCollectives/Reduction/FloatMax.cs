using System.Numerics;

namespace SecureCollectives.Reduction;

/// <summary>The IEEE 754 maximum.</summary>
internal readonly struct FloatMax : IFloatOperator
{
    public static Vector<float> Combine(Vector<float> left, Vector<float> right) => Vector.Max(left, right);

    public static float Combine(float left, float right) => MathF.Max(left, right);
}
