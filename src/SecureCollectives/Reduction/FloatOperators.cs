using System.Numerics;

namespace SecureCollectives.Reduction;

internal readonly struct FloatSum : IFloatOperator
{
    public static Vector<float> Combine(Vector<float> left, Vector<float> right) => left + right;

    public static float Combine(float left, float right) => left + right;
}

internal readonly struct FloatProduct : IFloatOperator
{
    public static Vector<float> Combine(Vector<float> left, Vector<float> right) => left * right;

    public static float Combine(float left, float right) => left * right;
}

internal readonly struct FloatMin : IFloatOperator
{
    public static Vector<float> Combine(Vector<float> left, Vector<float> right) => Vector.Min(left, right);

    public static float Combine(float left, float right) => MathF.Min(left, right);
}

internal readonly struct FloatMax : IFloatOperator
{
    public static Vector<float> Combine(Vector<float> left, Vector<float> right) => Vector.Max(left, right);

    public static float Combine(float left, float right) => MathF.Max(left, right);
}
