using System.Numerics;

namespace SecureCollectives.Reduction;

/// <summary>An operator on float32, one vector or one number at a time, with the same result.</summary>
internal interface IFloatOperator
{
    static abstract Vector<float> Combine(Vector<float> left, Vector<float> right);

    static abstract float Combine(float left, float right);
}
