"""Addresses of treatments and care plans: one's own, and those of whoever let one in."""

from __future__ import annotations

from django.urls import path

from unclench_site.plans import plan_views, views, writing_views

urlpatterns = [
    path("treatment/", views.treatment, name="treatment"),
    path("treatment/change/", views.change, name="treatment-change"),
    path("treatment/<uuid:version>/correct/", views.change, name="treatment-correct"),
    path("treatment/health/", views.health, name="treatment-health"),
    path("treatment/pump/", views.pump, name="treatment-pump"),
    path("with/<uuid:whose>/treatment/", views.treatment, name="with-treatment"),
    path("plans/", plan_views.plans, name="plans"),
    path("plans/<uuid:plan>/", plan_views.plan, name="plan"),
    path("plans/<uuid:plan>/mark/", plan_views.add_mark, name="plan-mark"),
    path("clinic-list/", plan_views.clinic_list, name="clinic-list"),
    path("with/<uuid:whose>/plans/", plan_views.plans, name="with-plans"),
    path("with/<uuid:whose>/plans/<uuid:plan>/", plan_views.plan, name="with-plan"),
    path("with/<uuid:whose>/plans/<uuid:plan>/resume/", plan_views.add_resume, name="plan-resume"),
    path("with/<uuid:whose>/plans/<uuid:plan>/change/", writing_views.revise, name="plan-revise"),
    path("with/<uuid:whose>/plans/write/<slug:kind>/", writing_views.write, name="plan-write"),
]
